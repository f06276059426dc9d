package dateline.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.classic.ClassicTokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.email.UAX29URLEmailTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.path.PathHierarchyTokenizer;
import org.apache.lucene.analysis.path.ReversePathHierarchyTokenizer;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.pattern.SimplePatternSplitTokenizer;
import org.apache.lucene.analysis.pattern.SimplePatternTokenizer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.th.ThaiTokenizer;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.PreConfiguredTokenizer;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Lucene's tokenizers under Elasticsearch's names and settings. */
final class Tokenizers {

    private static final Map<String, Function<Settings, Supplier<Tokenizer>>> ALL = new TreeMap<>();
    private static final List<String> ONLY_WITH_SETTINGS = List.of("char_group", "simple_pattern", "simple_pattern_split");

    static {
        ALL.put("char_group", Tokenizers::charGroup);
        ALL.put("classic", settings -> {
            int length = tokenLength(settings);
            return () -> {
                ClassicTokenizer tokenizer = new ClassicTokenizer();
                tokenizer.setMaxTokenLength(length);
                return tokenizer;
            };
        });
        ALL.put("edge_ngram", settings -> ngrams(settings, EdgeNGramTokenizer::new, EdgeNGrams::new));
        ALL.put("keyword", settings -> {
            int buffer = settings.getAsInt("buffer_size", KeywordTokenizer.DEFAULT_BUFFER_SIZE);
            return () -> new KeywordTokenizer(buffer);
        });
        ALL.put("letter", settings -> LetterTokenizer::new);
        ALL.put("ngram", settings -> ngrams(settings, NGramTokenizer::new, NGrams::new));
        ALL.put("path_hierarchy", Tokenizers::pathHierarchy);
        ALL.put("pattern", settings -> {
            Pattern pattern = Regex.compile(settings.get("pattern", "\\W+"), settings.get("flags"));
            int group = settings.getAsInt("group", -1);
            return () -> new PatternTokenizer(pattern, group);
        });
        ALL.put("simple_pattern", settings -> {
            String pattern = settings.get("pattern", "");
            return () -> new SimplePatternTokenizer(pattern);
        });
        ALL.put("simple_pattern_split", settings -> {
            String pattern = settings.get("pattern", "");
            return () -> new SimplePatternSplitTokenizer(pattern);
        });
        ALL.put("thai", settings -> ThaiTokenizer::new);
        ALL.put("uax_url_email", settings -> {
            int length = tokenLength(settings);
            return () -> {
                UAX29URLEmailTokenizer tokenizer = new UAX29URLEmailTokenizer();
                tokenizer.setMaxTokenLength(length);
                return tokenizer;
            };
        });
        ALL.put("whitespace", settings -> {
            int length = tokenLength(settings);
            return () -> new WhitespaceTokenizer(length);
        });
    }

    private Tokenizers() {}

    static List<PreConfiguredTokenizer> preConfigured() {
        return ALL.keySet().stream().filter(name -> !ONLY_WITH_SETTINGS.contains(name))
            .map(name -> PreConfiguredTokenizer.singleton(name, ALL.get(name).apply(Settings.EMPTY))).toList();
    }

    static Map<String, AnalysisProvider<TokenizerFactory>> configurable() {
        Map<String, AnalysisProvider<TokenizerFactory>> tokenizers = new TreeMap<>();
        ALL.forEach((type, recipe) -> tokenizers.put(
            type, (index, environment, name, settings) -> TokenizerFactory.newFactory(name, recipe.apply(settings))));
        return tokenizers;
    }

    private static int tokenLength(Settings settings) {
        return settings.getAsInt("max_token_length", StandardAnalyzer.DEFAULT_MAX_TOKEN_LENGTH);
    }

    private static Supplier<Tokenizer> pathHierarchy(Settings settings) {
        int buffer = settings.getAsInt("buffer_size", 1024);
        int skip = settings.getAsInt("skip", 0);
        char delimiter = TokenFilters.character(settings, "delimiter", PathHierarchyTokenizer.DEFAULT_DELIMITER);
        char replacement = TokenFilters.character(settings, "replacement", delimiter);
        return settings.getAsBoolean("reverse", false)
            ? () -> new ReversePathHierarchyTokenizer(buffer, delimiter, replacement, skip)
            : () -> new PathHierarchyTokenizer(buffer, delimiter, replacement, skip);
    }

    private static Supplier<Tokenizer> charGroup(Settings settings) {
        List<IntPredicate> separators = new ArrayList<>();
        for (String group : settings.getAsList("tokenize_on_chars")) {
            if (group.isEmpty()) {
                throw new IllegalArgumentException("[tokenize_on_chars] cannot contain empty characters");
            }
            boolean single = group.codePointCount(0, group.length()) == 1;
            if (single || group.charAt(0) == '\\') {
                int separator = Escapes.decode(group).codePointAt(0);
                separators.add(c -> c == separator);
            } else {
                separators.add(CharacterClass.named(group));
            }
        }
        IntPredicate separates = separators.stream().reduce(c -> false, IntPredicate::or);
        int length = tokenLength(settings);
        return () -> new CharTokenizer(Tokenizer.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, length) {
            @Override
            protected boolean isTokenChar(int c) {
                return !separates.test(c);
            }
        };
    }

    private interface Grams {
        Tokenizer build(int min, int max);
    }

    private interface GramsWithin {
        Tokenizer build(int min, int max, IntPredicate tokenChars);
    }

    private static Supplier<Tokenizer> ngrams(Settings settings, Grams any, GramsWithin within) {
        int min = settings.getAsInt("min_gram", NGramTokenizer.DEFAULT_MIN_NGRAM_SIZE);
        int max = settings.getAsInt("max_gram", NGramTokenizer.DEFAULT_MAX_NGRAM_SIZE);
        List<String> names = settings.getAsList("token_chars");
        if (names.isEmpty()) {
            return () -> any.build(min, max);
        }
        String custom = settings.get("custom_token_chars", "");
        IntPredicate chars = names.stream()
            .map(name -> name.equals("custom") ? (IntPredicate) c -> custom.indexOf(c) >= 0 : CharacterClass.named(name))
            .reduce(IntPredicate::or).orElseThrow();
        return () -> within.build(min, max, chars);
    }

    /** Classes of characters that settings name. */
    enum CharacterClass {
        LETTER(Character::isLetter),
        DIGIT(Character::isDigit),
        WHITESPACE(Character::isWhitespace),
        PUNCTUATION(c -> switch (Character.getType(c)) {
            case Character.START_PUNCTUATION, Character.END_PUNCTUATION, Character.OTHER_PUNCTUATION,
                Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION,
                Character.FINAL_QUOTE_PUNCTUATION -> true;
            default -> false;
        }),
        SYMBOL(c -> switch (Character.getType(c)) {
            case Character.CURRENCY_SYMBOL, Character.MATH_SYMBOL, Character.OTHER_SYMBOL, Character.MODIFIER_SYMBOL -> true;
            default -> false;
        });

        private final IntPredicate contains;

        CharacterClass(IntPredicate contains) {
            this.contains = contains;
        }

        static IntPredicate named(String name) {
            try {
                return valueOf(name.trim().toUpperCase(Locale.ROOT)).contains;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    "Unknown token type: '" + name + "', must be one of [letter, digit, whitespace, punctuation, symbol]", e);
            }
        }
    }

    private static final class NGrams extends NGramTokenizer {
        private final IntPredicate chars;

        NGrams(int min, int max, IntPredicate chars) {
            super(min, max);
            this.chars = chars;
        }

        @Override
        protected boolean isTokenChar(int c) {
            return chars.test(c);
        }
    }

    private static final class EdgeNGrams extends EdgeNGramTokenizer {
        private final IntPredicate chars;

        EdgeNGrams(int min, int max, IntPredicate chars) {
            super(min, max);
            this.chars = chars;
        }

        @Override
        protected boolean isTokenChar(int c) {
            return chars.test(c);
        }
    }
}
