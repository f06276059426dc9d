package dateline.analysis;

import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredCharFilter;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/** {@code html_strip}, {@code mapping} and {@code pattern_replace}. */
final class CharFilters {

    private CharFilters() {}

    static List<PreConfiguredCharFilter> preConfigured() {
        return List.of(PreConfiguredCharFilter.singleton("html_strip", false, HTMLStripCharFilter::new));
    }

    static Map<String, AnalysisProvider<CharFilterFactory>> configurable() {
        Map<String, AnalysisProvider<CharFilterFactory>> filters = new TreeMap<>();
        filters.put("html_strip", (index, environment, name, settings) -> plain(name, htmlStrip(settings)));
        filters.put("mapping", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> normalizing(name, mapping(environment, settings))));
        filters.put("pattern_replace", AnalysisPlugin.requiresAnalysisSettings(
            (index, environment, name, settings) -> normalizing(name, patternReplace(settings))));
        return filters;
    }

    private static UnaryOperator<Reader> htmlStrip(Settings settings) {
        Set<String> escaped = Set.copyOf(settings.getAsList("escaped_tags"));
        return escaped.isEmpty() ? HTMLStripCharFilter::new : reader -> new HTMLStripCharFilter(reader, escaped);
    }

    private static UnaryOperator<Reader> patternReplace(Settings settings) {
        Pattern pattern = Regex.compile(TokenFilters.required(settings, "pattern"), settings.get("flags"));
        String replacement = settings.get("replacement", "");
        return reader -> new PatternReplaceCharFilter(pattern, replacement, reader);
    }

    private static UnaryOperator<Reader> mapping(Environment environment, Settings settings) {
        List<String> rules = Analysis.getWordList(environment, settings, "mappings");
        if (rules == null) {
            throw new IllegalArgumentException("mapping requires either `mappings` or `mappings_path` to be configured");
        }
        NormalizeCharMap.Builder map = new NormalizeCharMap.Builder();
        for (String rule : rules) {
            int arrow = rule.lastIndexOf("=>");
            if (arrow < 0) {
                throw new IllegalArgumentException("Invalid mapping rule: [" + rule + "], expected [from => to]");
            }
            map.add(Escapes.decode(rule.substring(0, arrow).trim()), Escapes.decode(rule.substring(arrow + 2).trim()));
        }
        NormalizeCharMap built = map.build();
        return reader -> new MappingCharFilter(built, reader);
    }

    private static CharFilterFactory plain(String name, UnaryOperator<Reader> filter) {
        return new CharFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Reader create(Reader reader) {
                return filter.apply(reader);
            }
        };
    }

    private static NormalizingCharFilterFactory normalizing(String name, UnaryOperator<Reader> filter) {
        return new NormalizingCharFilterFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Reader create(Reader reader) {
                return filter.apply(reader);
            }
        };
    }
}
