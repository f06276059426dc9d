package dateline.analysis;

import java.io.IOException;
import java.io.StringReader;
import java.text.ParseException;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.analysis.synonym.WordnetSynonymParser;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalysisMode;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.CustomAnalyzer;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;

/**
 * {@code synonym} and {@code synonym_graph}: rules from {@code synonyms} or {@code synonyms_path}, in Solr's or WordNet's format,
 * read through the tokenizer and the filters that stand before them in the analyzer.
 */
final class SynonymFactory implements TokenFilterFactory {

    private final String name;
    private final boolean graph;
    private final boolean expand;
    private final boolean wordnet;
    private final boolean updateable;
    private final String rules;

    SynonymFactory(Environment environment, String name, Settings settings, boolean graph) {
        if (settings.get("synonyms_set") != null) {
            throw new IllegalArgumentException("[synonyms_set] is not available on the embedded server: use [synonyms] or [synonyms_path]");
        }
        List<String> lines = Analysis.getWordList(environment, settings, "synonyms");
        if (lines == null) {
            throw new IllegalArgumentException("synonym requires either `synonyms`, `synonyms_set` or `synonyms_path` to be configured");
        }
        this.name = name;
        this.graph = graph;
        this.expand = settings.getAsBoolean("expand", true);
        this.wordnet = "wordnet".equalsIgnoreCase(settings.get("format"));
        this.updateable = settings.getAsBoolean("updateable", false);
        this.rules = String.join("\n", lines);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public AnalysisMode getAnalysisMode() {
        return updateable ? AnalysisMode.SEARCH_TIME : AnalysisMode.ALL;
    }

    /** Never used: an analyzer asks for the one that knows what stands before it. */
    @Override
    public TokenStream create(TokenStream tokens) {
        throw new IllegalStateException("Call getChainAwareTokenFilterFactory first");
    }

    @Override
    public TokenFilterFactory getChainAwareTokenFilterFactory(
        IndexCreationContext context,
        TokenizerFactory tokenizer,
        List<CharFilterFactory> charFilters,
        List<TokenFilterFactory> before,
        Function<String, TokenFilterFactory> all) {
        Analyzer reader = new CustomAnalyzer(tokenizer, charFilters.toArray(CharFilterFactory[]::new),
            before.stream().map(TokenFilterFactory::getSynonymFilter).toArray(TokenFilterFactory[]::new));
        SynonymMap map = read(reader);
        UnaryOperator<TokenStream> filter = tokens -> {
            if (map.fst == null) {
                return tokens;
            }
            TokenStream synonyms = new SynonymGraphFilter(tokens, map, false);
            return graph ? synonyms : new FlattenGraphFilter(synonyms);
        };
        AnalysisMode mode = getAnalysisMode();
        return new TokenFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public TokenStream create(TokenStream tokens) {
                return filter.apply(tokens);
            }

            /** Synonym rules are not applied to synonym rules. */
            @Override
            public TokenFilterFactory getSynonymFilter() {
                return IDENTITY_FILTER;
            }

            @Override
            public AnalysisMode getAnalysisMode() {
                return mode;
            }
        };
    }

    private SynonymMap read(Analyzer analyzer) {
        SynonymMap.Parser parser = wordnet
            ? new WordnetSynonymParser(true, expand, analyzer)
            : new SolrSynonymParser(true, expand, analyzer);
        try {
            parser.parse(new StringReader(rules));
            return parser.build();
        } catch (IOException | ParseException e) {
            throw new IllegalArgumentException("failed to build synonyms", e);
        }
    }
}
