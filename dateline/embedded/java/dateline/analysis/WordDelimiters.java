package dateline.analysis;

import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_ALL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_NUMBERS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.CATENATE_WORDS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.GENERATE_WORD_PARTS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.IGNORE_KEYWORDS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.PRESERVE_ORIGINAL;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.SPLIT_ON_NUMERICS;
import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.Analysis;

/** {@code word_delimiter} and {@code word_delimiter_graph}: the same settings over two of Lucene's filters. */
final class WordDelimiters {

    private record Flag(String setting, int bit, boolean byDefault) {}

    private static final List<Flag> FLAGS = List.of(
        new Flag("generate_word_parts", GENERATE_WORD_PARTS, true),
        new Flag("generate_number_parts", GENERATE_NUMBER_PARTS, true),
        new Flag("catenate_words", CATENATE_WORDS, false),
        new Flag("catenate_numbers", CATENATE_NUMBERS, false),
        new Flag("catenate_all", CATENATE_ALL, false),
        new Flag("split_on_case_change", SPLIT_ON_CASE_CHANGE, true),
        new Flag("preserve_original", PRESERVE_ORIGINAL, false),
        new Flag("split_on_numerics", SPLIT_ON_NUMERICS, true),
        new Flag("stem_english_possessive", STEM_ENGLISH_POSSESSIVE, true));

    private static final Map<String, Byte> TYPES = Map.of(
        "LOWER", (byte) WordDelimiterFilter.LOWER,
        "UPPER", (byte) WordDelimiterFilter.UPPER,
        "ALPHA", (byte) WordDelimiterFilter.ALPHA,
        "DIGIT", (byte) WordDelimiterFilter.DIGIT,
        "ALPHANUM", (byte) WordDelimiterFilter.ALPHANUM,
        "SUBWORD_DELIM", (byte) WordDelimiterFilter.SUBWORD_DELIM);

    private WordDelimiters() {}

    static UnaryOperator<TokenStream> plain(Environment environment, Settings settings) {
        int flags = flags(settings);
        byte[] types = types(environment, settings);
        CharArraySet protectedWords = Analysis.getWordSet(environment, settings, "protected_words");
        return tokens -> new WordDelimiterFilter(tokens, types, flags, protectedWords);
    }

    static UnaryOperator<TokenStream> graph(Environment environment, Settings settings) {
        int flags = flags(settings) | (settings.getAsBoolean("ignore_keywords", false) ? IGNORE_KEYWORDS : 0);
        byte[] types = types(environment, settings);
        CharArraySet protectedWords = Analysis.getWordSet(environment, settings, "protected_words");
        boolean adjustOffsets = settings.getAsBoolean("adjust_offsets", true);
        return tokens -> new WordDelimiterGraphFilter(tokens, adjustOffsets, types, flags, protectedWords);
    }

    private static int flags(Settings settings) {
        return FLAGS.stream().filter(flag -> settings.getAsBoolean(flag.setting, flag.byDefault))
            .mapToInt(Flag::bit).reduce(0, (a, b) -> a | b);
    }

    private static byte[] types(Environment environment, Settings settings) {
        List<String> rules = Analysis.getWordList(environment, settings, "type_table");
        if (rules == null || rules.isEmpty()) {
            return WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE;
        }
        byte[] table = new byte[Character.MAX_VALUE + 1];
        for (int c = 0; c < table.length; c++) {
            table[c] = WordDelimiterIterator.getType(c);
        }
        int largest = WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE.length;
        for (String rule : rules) {
            int arrow = rule.lastIndexOf("=>");
            String from = arrow < 0 ? "" : Escapes.decode(rule.substring(0, arrow).trim());
            Byte type = arrow < 0 ? null : TYPES.get(rule.substring(arrow + 2).trim());
            if (from.length() != 1 || type == null) {
                throw new IllegalArgumentException("Invalid mapping rule: [" + rule + "], expected [c => TYPE] with one of " + TYPES.keySet());
            }
            table[from.charAt(0)] = type;
            largest = Math.max(largest, from.charAt(0) + 1);
        }
        return Arrays.copyOf(table, largest);
    }
}
