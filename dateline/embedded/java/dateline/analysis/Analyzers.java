package dateline.analysis;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.analysis.core.StopAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.FingerprintFilter;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.AnalyzerScope;
import org.elasticsearch.index.analysis.PreBuiltAnalyzerProviderFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.indices.analysis.PreBuiltCacheFactory.CachingStrategy;

/** The analyzers that belong to no language: fingerprint, keyword, pattern, simple, snowball, stop, whitespace. */
final class Analyzers {

    private Analyzers() {}

    /** Usable by name alone; the ones that are missing here are in the server itself. */
    static List<PreBuiltAnalyzerProviderFactory> preBuilt() {
        return List.of(
            new PreBuiltAnalyzerProviderFactory("pattern", CachingStrategy.LUCENE, () -> pattern(Settings.EMPTY, CharArraySet.EMPTY_SET)),
            new PreBuiltAnalyzerProviderFactory(
                "snowball", CachingStrategy.LUCENE, () -> snowball(Settings.EMPTY, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET)));
    }

    /** Usable as the {@code type} of an analyzer with settings. */
    static Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> configurable() {
        Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> providers = new TreeMap<>();
        providers.put("keyword", (index, environment, name, settings) -> provider(name, new KeywordAnalyzer()));
        providers.put("simple", (index, environment, name, settings) -> provider(name, new SimpleAnalyzer()));
        providers.put("whitespace", (index, environment, name, settings) -> provider(name, new WhitespaceAnalyzer()));
        providers.put("stop", (index, environment, name, settings) -> provider(
            name, new StopAnalyzer(Analysis.parseStopWords(environment, settings, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET))));
        providers.put("pattern", (index, environment, name, settings) -> provider(
            name, pattern(settings, Analysis.parseStopWords(environment, settings, CharArraySet.EMPTY_SET))));
        providers.put("snowball", (index, environment, name, settings) -> provider(
            name, snowball(settings, Analysis.parseStopWords(environment, settings, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET))));
        providers.put("fingerprint", (index, environment, name, settings) -> provider(
            name, fingerprint(settings, Analysis.parseStopWords(environment, settings, CharArraySet.EMPTY_SET))));
        return providers;
    }

    static AnalyzerProvider<Analyzer> provider(String name, Analyzer analyzer) {
        return new AnalyzerProvider<>() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public AnalyzerScope scope() {
                return AnalyzerScope.INDEX;
            }

            @Override
            public Analyzer get() {
                return analyzer;
            }
        };
    }

    private static Analyzer pattern(Settings settings, CharArraySet stopWords) {
        Pattern separator = Regex.compile(settings.get("pattern", "\\W+"), settings.get("flags"));
        boolean lowercase = settings.getAsBoolean("lowercase", true);
        return chain(() -> new PatternTokenizer(separator, -1), tokens -> {
            TokenStream cased = lowercase ? new LowerCaseFilter(tokens) : tokens;
            return stopWords.isEmpty() ? cased : new StopFilter(cased, stopWords);
        });
    }

    private static Analyzer snowball(Settings settings, CharArraySet stopWords) {
        String language = settings.get("language", settings.get("name", "English"));
        boolean possessives = List.of("English", "Porter").contains(language);
        return chain(StandardTokenizer::new, tokens -> {
            TokenStream words = new LowerCaseFilter(possessives ? new EnglishPossessiveFilter(tokens) : tokens);
            return new SnowballFilter(stopWords.isEmpty() ? words : new StopFilter(words, stopWords), language);
        });
    }

    private static Analyzer fingerprint(Settings settings, CharArraySet stopWords) {
        char separator = TokenFilters.character(settings, "separator", ' ');
        int size = settings.getAsInt("max_output_size", FingerprintFilter.DEFAULT_MAX_OUTPUT_TOKEN_SIZE);
        return chain(StandardTokenizer::new, tokens -> new FingerprintFilter(
            new StopFilter(new ASCIIFoldingFilter(new LowerCaseFilter(tokens)), stopWords), size, separator));
    }

    private static Analyzer chain(java.util.function.Supplier<Tokenizer> tokenizer, UnaryOperator<TokenStream> filters) {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                Tokenizer source = tokenizer.get();
                return new TokenStreamComponents(source, filters.apply(source));
            }
        };
    }
}
