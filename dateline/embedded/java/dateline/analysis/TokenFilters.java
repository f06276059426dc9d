package dateline.analysis;

import static dateline.analysis.TokenFilters.Trait.NEEDS_SETTINGS;
import static dateline.analysis.TokenFilters.Trait.NORMALIZES;
import static dateline.analysis.TokenFilters.Trait.NOT_BY_NAME;
import static dateline.analysis.TokenFilters.Trait.NOT_IN_SYNONYMS;
import static dateline.analysis.TokenFilters.Trait.ONLY_BY_NAME;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicNormalizationFilter;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.bn.BengaliNormalizationFilter;
import org.apache.lucene.analysis.br.BrazilianStemFilter;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.ckb.SoraniNormalizationFilter;
import org.apache.lucene.analysis.classic.ClassicFilter;
import org.apache.lucene.analysis.commongrams.CommonGramsFilter;
import org.apache.lucene.analysis.commongrams.CommonGramsQueryFilter;
import org.apache.lucene.analysis.compound.DictionaryCompoundWordTokenFilter;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.core.TypeTokenFilter;
import org.apache.lucene.analysis.core.UpperCaseFilter;
import org.apache.lucene.analysis.cz.CzechStemFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.de.GermanStemFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.fa.PersianNormalizationFilter;
import org.apache.lucene.analysis.fa.PersianStemFilter;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.ga.IrishLowerCaseFilter;
import org.apache.lucene.analysis.hi.HindiNormalizationFilter;
import org.apache.lucene.analysis.in.IndicNormalizationFilter;
import org.apache.lucene.analysis.minhash.MinHashFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.FingerprintFilter;
import org.apache.lucene.analysis.miscellaneous.KeepWordFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.LimitTokenCountFilter;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.ScandinavianFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.ScandinavianNormalizationFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.StemmerOverrideFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.no.NorwegianNormalizationFilter;
import org.apache.lucene.analysis.pattern.PatternCaptureGroupTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.payloads.DelimitedPayloadTokenFilter;
import org.apache.lucene.analysis.payloads.FloatEncoder;
import org.apache.lucene.analysis.payloads.IdentityEncoder;
import org.apache.lucene.analysis.payloads.IntegerEncoder;
import org.apache.lucene.analysis.payloads.PayloadEncoder;
import org.apache.lucene.analysis.payloads.TypeAsPayloadTokenFilter;
import org.apache.lucene.analysis.reverse.ReverseStringFilter;
import org.apache.lucene.analysis.shingle.ShingleFilter;
import org.apache.lucene.analysis.sr.SerbianNormalizationFilter;
import org.apache.lucene.analysis.tr.ApostropheFilter;
import org.apache.lucene.analysis.tr.TurkishLowerCaseFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.lucene.analysis.miscellaneous.DisableGraphAttribute;
import org.elasticsearch.plugins.AnalysisPlugin;

/**
 * Lucene's token filters under Elasticsearch's names, with its settings and their defaults.
 *
 * <p>A long file because it is a table: one entry a filter, used both by name alone and with settings.
 */
final class TokenFilters {

    /** Reads the settings once and returns what wraps each token stream. */
    interface Recipe {
        UnaryOperator<TokenStream> with(Environment environment, Settings settings);
    }

    enum Trait {
        /** Changes single characters, so that it may stand in a normalizer and applies to wildcard and prefix queries. */
        NORMALIZES,
        /** Means nothing without settings of its own. */
        NEEDS_SETTINGS,
        /** Exists with settings only. */
        NOT_BY_NAME,
        /** Exists by name only: the server itself has the configurable one. */
        ONLY_BY_NAME,
        /** Makes several tokens of one, so that synonym rules can not be read through it. */
        NOT_IN_SYNONYMS
    }

    private record Entry(Recipe recipe, EnumSet<Trait> traits) {
        boolean has(Trait trait) {
            return traits.contains(trait);
        }
    }

    private static final Map<String, Entry> ALL = new TreeMap<>();

    static {
        plain("apostrophe", ApostropheFilter::new);
        plain("arabic_normalization", ArabicNormalizationFilter::new, NORMALIZES);
        plain("arabic_stem", ArabicStemFilter::new);
        add("asciifolding", (environment, settings) -> {
            boolean preserve = settings.getAsBoolean("preserve_original", false);
            return tokens -> new ASCIIFoldingFilter(tokens, preserve);
        }, NORMALIZES);
        plain("bengali_normalization", BengaliNormalizationFilter::new, NORMALIZES);
        stem("brazilian_stem", BrazilianStemFilter::new);
        add("cjk_bigram", TokenFilters::cjkBigram, NOT_IN_SYNONYMS);
        plain("cjk_width", CJKWidthFilter::new, NORMALIZES);
        plain("classic", ClassicFilter::new);
        add("common_grams", TokenFilters::commonGrams, NEEDS_SETTINGS, NOT_IN_SYNONYMS);
        stem("czech_stem", CzechStemFilter::new);
        plain("decimal_digit", DecimalDigitFilter::new, NORMALIZES);
        add("delimited_payload", (environment, settings) -> {
            char delimiter = character(settings, "delimiter", '|');
            PayloadEncoder encoder = switch (settings.get("encoding", "float")) {
                case "float" -> new FloatEncoder();
                case "int" -> new IntegerEncoder();
                case "identity" -> new IdentityEncoder();
                default -> throw new IllegalArgumentException("[encoding] must be one of float, int, identity");
            };
            return tokens -> new DelimitedPayloadTokenFilter(tokens, delimiter, encoder);
        });
        add("dictionary_decompounder", TokenFilters::decompounder, NEEDS_SETTINGS, NOT_BY_NAME, NOT_IN_SYNONYMS);
        stem("dutch_stem", Stemmers.snowball("Dutch"));
        add("edge_ngram", TokenFilters::edgeNGram, NOT_IN_SYNONYMS);
        add("elision", (environment, settings) -> {
            CharArraySet given = Analysis.parseArticles(environment, settings);
            CharArraySet articles = given == null ? FrenchAnalyzer.DEFAULT_ARTICLES : given;
            return tokens -> new ElisionFilter(tokens, articles);
        }, NEEDS_SETTINGS, NORMALIZES);
        add("fingerprint", (environment, settings) -> {
            char separator = character(settings, "separator", ' ');
            int size = settings.getAsInt("max_output_size", FingerprintFilter.DEFAULT_MAX_OUTPUT_TOKEN_SIZE);
            return tokens -> new FingerprintFilter(tokens, size, separator);
        }, NOT_BY_NAME, NOT_IN_SYNONYMS);
        plain("flatten_graph", FlattenGraphFilter::new, NOT_BY_NAME);
        stem("french_stem", Stemmers.snowball("French"));
        plain("german_normalization", GermanNormalizationFilter::new, NORMALIZES);
        stem("german_stem", GermanStemFilter::new);
        plain("hindi_normalization", HindiNormalizationFilter::new, NORMALIZES);
        plain("indic_normalization", IndicNormalizationFilter::new, NORMALIZES);
        add("keep", (environment, settings) -> {
            CharArraySet words = Analysis.getWordSet(environment, settings, "keep_words");
            if (words == null) {
                throw new IllegalArgumentException("keep requires either `keep_words` or `keep_words_path` to be configured");
            }
            return tokens -> new KeepWordFilter(tokens, words);
        }, NEEDS_SETTINGS, NOT_BY_NAME);
        add("keep_types", (environment, settings) -> {
            Set<String> types = new HashSet<>(settings.getAsList("types"));
            boolean include = "include".equals(settings.get("mode", "include"));
            return tokens -> new TypeTokenFilter(tokens, types, include);
        }, NEEDS_SETTINGS, NOT_BY_NAME);
        add("keyword_marker", TokenFilters::keywordMarker, NEEDS_SETTINGS, NOT_BY_NAME);
        plain("keyword_repeat", KeywordRepeatFilter::new, ONLY_BY_NAME, NOT_IN_SYNONYMS);
        plain("kstem", KStemFilter::new);
        add("length", (environment, settings) -> {
            int min = settings.getAsInt("min", 0);
            int max = settings.getAsInt("max", Integer.MAX_VALUE);
            return tokens -> new LengthFilter(tokens, min, max);
        });
        add("limit", (environment, settings) -> {
            int count = settings.getAsInt("max_token_count", 1);
            boolean all = settings.getAsBoolean("consume_all_tokens", false);
            return tokens -> new LimitTokenCountFilter(tokens, count, all);
        });
        add("lowercase", (environment, settings) -> switch (settings.get("language", "")) {
            case "" -> LowerCaseFilter::new;
            case "greek" -> GreekLowerCaseFilter::new;
            case "irish" -> IrishLowerCaseFilter::new;
            case "turkish" -> TurkishLowerCaseFilter::new;
            default -> throw new IllegalArgumentException("[language] must be one of greek, irish, turkish");
        }, NORMALIZES, NOT_BY_NAME);
        add("min_hash", TokenFilters::minHash, NOT_BY_NAME, NOT_IN_SYNONYMS);
        add("ngram", TokenFilters::nGram, NOT_IN_SYNONYMS);
        plain("norwegian_normalization", NorwegianNormalizationFilter::new, NORMALIZES);
        add("pattern_capture", (environment, settings) -> {
            Pattern[] patterns = settings.getAsList("patterns").stream().map(Pattern::compile).toArray(Pattern[]::new);
            boolean preserve = settings.getAsBoolean("preserve_original", true);
            return tokens -> new PatternCaptureGroupTokenFilter(tokens, preserve, patterns);
        }, NEEDS_SETTINGS, NOT_BY_NAME, NOT_IN_SYNONYMS);
        add("pattern_replace", (environment, settings) -> {
            Pattern pattern = Regex.compile(required(settings, "pattern"), settings.get("flags"));
            String replacement = settings.get("replacement", "");
            boolean all = settings.getAsBoolean("all", true);
            return tokens -> new PatternReplaceFilter(tokens, pattern, replacement, all);
        }, NEEDS_SETTINGS, NOT_BY_NAME, NORMALIZES);
        plain("persian_normalization", PersianNormalizationFilter::new, NORMALIZES);
        plain("persian_stem", PersianStemFilter::new);
        plain("porter_stem", PorterStemFilter::new);
        plain("remove_duplicates", RemoveDuplicatesTokenFilter::new, NOT_BY_NAME);
        plain("reverse", ReverseStringFilter::new);
        stem("russian_stem", Stemmers.snowball("Russian"));
        plain("scandinavian_folding", ScandinavianFoldingFilter::new, NORMALIZES);
        plain("scandinavian_normalization", ScandinavianNormalizationFilter::new, NORMALIZES);
        plain("serbian_normalization", SerbianNormalizationFilter::new, NORMALIZES, NOT_BY_NAME);
        plain("shingle", tokens -> {
            TokenStream shingles = new ShingleFilter(tokens);
            // Shingles of several sizes do not line up in positions: queries must not read them as a graph.
            shingles.addAttribute(DisableGraphAttribute.class);
            return shingles;
        }, ONLY_BY_NAME, NOT_IN_SYNONYMS);
        add("snowball", (environment, settings) -> Stemmers.snowball(settings.get("language", settings.get("name", "English"))));
        plain("sorani_normalization", SoraniNormalizationFilter::new, NORMALIZES);
        add("stemmer", (environment, settings) -> Stemmers.from(settings));
        add("stemmer_override", TokenFilters::stemmerOverride, NEEDS_SETTINGS, NOT_BY_NAME);
        plain("stop", tokens -> new StopFilter(tokens, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET), ONLY_BY_NAME);
        plain("trim", TrimFilter::new, NORMALIZES);
        add("truncate", (environment, settings) -> {
            int length = settings.getAsInt("length", 10);
            return tokens -> new TruncateTokenFilter(tokens, length);
        });
        plain("type_as_payload", TypeAsPayloadTokenFilter::new, ONLY_BY_NAME);
        add("unique", (environment, settings) -> {
            boolean samePosition = settings.getAsBoolean("only_on_same_position", false);
            return tokens -> new UniqueTokens(tokens, samePosition);
        });
        plain("uppercase", UpperCaseFilter::new, NORMALIZES);
        add("word_delimiter", WordDelimiters::plain, NOT_IN_SYNONYMS);
        add("word_delimiter_graph", WordDelimiters::graph, NOT_IN_SYNONYMS);
    }

    private TokenFilters() {}

    /** Usable by name alone. */
    static List<PreConfiguredTokenFilter> preConfigured() {
        return ALL.entrySet().stream().filter(entry -> !entry.getValue().has(NOT_BY_NAME)).map(entry -> {
            Entry filter = entry.getValue();
            UnaryOperator<TokenStream> wrap = filter.recipe.with(null, Settings.EMPTY);
            return PreConfiguredTokenFilter.singleton(entry.getKey(), filter.has(NORMALIZES), !filter.has(NOT_IN_SYNONYMS), wrap);
        }).toList();
    }

    /** Usable as the {@code type} of a token filter with settings. */
    static Map<String, AnalysisProvider<TokenFilterFactory>> configurable() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        ALL.forEach((type, filter) -> {
            if (!filter.has(ONLY_BY_NAME)) {
                AnalysisProvider<TokenFilterFactory> provider = (index, environment, name, settings) -> ConfiguredTokenFilter.of(
                    name, filter.recipe.with(environment, settings), filter.has(NORMALIZES), !filter.has(NOT_IN_SYNONYMS));
                filters.put(type, filter.has(NEEDS_SETTINGS) ? AnalysisPlugin.requiresAnalysisSettings(provider) : provider);
            }
        });
        filters.put("synonym", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> new SynonymFactory(environment, name, settings, false)));
        filters.put("synonym_graph", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> new SynonymFactory(environment, name, settings, true)));
        return filters;
    }

    /** A setting that is one character. */
    static char character(Settings settings, String key, char otherwise) {
        String value = settings.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value.length() != 1) {
            throw new IllegalArgumentException("Setting [" + key + "] must be a single, non-null character. [" + value + "] was provided.");
        }
        return value.charAt(0);
    }

    /** A setting that must be there. */
    static String required(Settings settings, String key) {
        String value = settings.get(key);
        if (value == null) {
            throw new IllegalArgumentException("[" + key + "] is missing for [" + settings.get("type") + "]");
        }
        return value;
    }

    private static void add(String name, Recipe recipe, Trait... traits) {
        EnumSet<Trait> set = EnumSet.noneOf(Trait.class);
        set.addAll(List.of(traits));
        ALL.put(name, new Entry(recipe, set));
    }

    private static void plain(String name, UnaryOperator<TokenStream> filter, Trait... traits) {
        add(name, (environment, settings) -> filter, traits);
    }

    /** A stemmer that leaves the words of {@code stem_exclusion} alone. */
    private static void stem(String name, UnaryOperator<TokenStream> stemmer) {
        add(name, (environment, settings) -> {
            CharArraySet excluded = Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET);
            return excluded.isEmpty() ? stemmer : tokens -> stemmer.apply(new SetKeywordMarkerFilter(tokens, excluded));
        });
    }

    private static UnaryOperator<TokenStream> cjkBigram(Environment environment, Settings settings) {
        Map<String, Integer> scripts = Map.of("han", CJKBigramFilter.HAN, "hiragana", CJKBigramFilter.HIRAGANA,
            "katakana", CJKBigramFilter.KATAKANA, "hangul", CJKBigramFilter.HANGUL);
        int flags = scripts.values().stream().reduce(0, (a, b) -> a | b);
        for (String ignored : settings.getAsList("ignored_scripts")) {
            flags &= ~scripts.getOrDefault(ignored, 0);
        }
        int joined = flags;
        boolean unigrams = settings.getAsBoolean("output_unigrams", false);
        return tokens -> new CJKBigramFilter(tokens, joined, unigrams);
    }

    private static UnaryOperator<TokenStream> commonGrams(Environment environment, Settings settings) {
        boolean ignoreCase = settings.getAsBoolean("ignore_case", false);
        boolean query = settings.getAsBoolean("query_mode", false);
        CharArraySet words = settings.isEmpty()
            ? CharArraySet.EMPTY_SET
            : Analysis.parseCommonWords(environment, settings, null, ignoreCase);
        if (words == null) {
            throw new IllegalArgumentException("common_grams requires either `common_words` or `common_words_path` to be configured");
        }
        return tokens -> {
            CommonGramsFilter grams = new CommonGramsFilter(tokens, words);
            return query ? new CommonGramsQueryFilter(grams) : grams;
        };
    }

    private static UnaryOperator<TokenStream> decompounder(Environment environment, Settings settings) {
        CharArraySet words = Analysis.getWordSet(environment, settings, "word_list");
        if (words == null) {
            throw new IllegalArgumentException("dictionary_decompounder needs word_list or word_list_path");
        }
        int minWord = settings.getAsInt("min_word_size", 5);
        int minPart = settings.getAsInt("min_subword_size", 2);
        int maxPart = settings.getAsInt("max_subword_size", 15);
        boolean longest = settings.getAsBoolean("only_longest_match", false);
        return tokens -> new DictionaryCompoundWordTokenFilter(tokens, words, minWord, minPart, maxPart, longest);
    }

    private static UnaryOperator<TokenStream> edgeNGram(Environment environment, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", settings.isEmpty() ? 1 : 2);
        boolean preserve = settings.getAsBoolean("preserve_original", false);
        boolean back = "back".equals(settings.get("side", "front"));
        return tokens -> back
            ? new ReverseStringFilter(new EdgeNGramTokenFilter(new ReverseStringFilter(tokens), min, max, preserve))
            : new EdgeNGramTokenFilter(tokens, min, max, preserve);
    }

    private static UnaryOperator<TokenStream> nGram(Environment environment, Settings settings) {
        int min = settings.getAsInt("min_gram", 1);
        int max = settings.getAsInt("max_gram", 2);
        boolean preserve = settings.getAsBoolean("preserve_original", false);
        return tokens -> new NGramTokenFilter(tokens, min, max, preserve);
    }

    private static UnaryOperator<TokenStream> keywordMarker(Environment environment, Settings settings) {
        boolean ignoreCase = settings.getAsBoolean("ignore_case", false);
        String pattern = settings.get("keywords_pattern");
        if (pattern != null) {
            Pattern compiled = Pattern.compile(pattern, ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
            return tokens -> new PatternKeywordMarkerFilter(tokens, compiled);
        }
        List<String> words = Analysis.getWordList(environment, settings, "keywords");
        if (words == null) {
            throw new IllegalArgumentException(
                "keyword filter requires either `keywords`, `keywords_path`, or `keywords_pattern` to be configured");
        }
        CharArraySet set = new CharArraySet(words, ignoreCase);
        return tokens -> new SetKeywordMarkerFilter(tokens, set);
    }

    private static UnaryOperator<TokenStream> minHash(Environment environment, Settings settings) {
        int hashes = settings.getAsInt("hash_count", MinHashFilter.DEFAULT_HASH_COUNT);
        int buckets = settings.getAsInt("bucket_count", MinHashFilter.DEFAULT_BUCKET_COUNT);
        int size = settings.getAsInt("hash_set_size", MinHashFilter.DEFAULT_HASH_SET_SIZE);
        boolean rotation = settings.getAsBoolean("with_rotation", buckets > 1);
        return tokens -> new MinHashFilter(tokens, hashes, buckets, size, rotation);
    }

    private static UnaryOperator<TokenStream> stemmerOverride(Environment environment, Settings settings) {
        List<String> rules = Analysis.getWordList(environment, settings, "rules");
        if (rules == null) {
            throw new IllegalArgumentException("stemmer override filter requires either `rules` or `rules_path` to be configured");
        }
        StemmerOverrideFilter.Builder stems = new StemmerOverrideFilter.Builder(false);
        for (String rule : rules) {
            String[] sides = rule.split("=>");
            if (sides.length != 2) {
                throw new IllegalArgumentException("Invalid Keyword override Rule:" + rule);
            }
            for (String word : sides[0].split(",")) {
                stems.add(word.trim(), sides[1].trim());
            }
        }
        try {
            StemmerOverrideFilter.StemmerOverrideMap map = stems.build();
            return tokens -> new StemmerOverrideFilter(tokens, map);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
