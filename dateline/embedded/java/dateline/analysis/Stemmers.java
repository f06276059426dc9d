package dateline.analysis;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicStemFilter;
import org.apache.lucene.analysis.bg.BulgarianStemFilter;
import org.apache.lucene.analysis.bn.BengaliStemFilter;
import org.apache.lucene.analysis.br.BrazilianStemFilter;
import org.apache.lucene.analysis.ckb.SoraniStemFilter;
import org.apache.lucene.analysis.cz.CzechStemFilter;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanMinimalStemFilter;
import org.apache.lucene.analysis.el.GreekStemFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.apache.lucene.analysis.es.SpanishPluralStemFilter;
import org.apache.lucene.analysis.fa.PersianStemFilter;
import org.apache.lucene.analysis.fi.FinnishLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.gl.GalicianMinimalStemFilter;
import org.apache.lucene.analysis.gl.GalicianStemFilter;
import org.apache.lucene.analysis.hi.HindiStemFilter;
import org.apache.lucene.analysis.hu.HungarianLightStemFilter;
import org.apache.lucene.analysis.id.IndonesianStemFilter;
import org.apache.lucene.analysis.it.ItalianLightStemFilter;
import org.apache.lucene.analysis.lv.LatvianStemFilter;
import org.apache.lucene.analysis.miscellaneous.EmptyTokenStream;
import org.apache.lucene.analysis.no.NorwegianLightStemFilter;
import org.apache.lucene.analysis.no.NorwegianLightStemFilterFactory;
import org.apache.lucene.analysis.no.NorwegianMinimalStemFilter;
import org.apache.lucene.analysis.no.NorwegianMinimalStemFilterFactory;
import org.apache.lucene.analysis.pt.PortugueseLightStemFilter;
import org.apache.lucene.analysis.pt.PortugueseMinimalStemFilter;
import org.apache.lucene.analysis.pt.PortugueseStemFilter;
import org.apache.lucene.analysis.ru.RussianLightStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.sv.SwedishLightStemFilter;
import org.elasticsearch.common.settings.Settings;

/** The {@code stemmer} token filter: its {@code language} picks one of Lucene's stemmers. */
final class Stemmers {

    private static final Map<String, UnaryOperator<TokenStream>> BY_LANGUAGE = new TreeMap<>();

    static {
        for (String language : new String[] {
            "Armenian", "Basque", "Catalan", "Danish", "Dutch", "Estonian", "Finnish", "French", "German", "Hungarian", "Irish",
            "Italian", "Lithuanian", "Norwegian", "Portuguese", "Romanian", "Russian", "Serbian", "Spanish", "Swedish", "Turkish" }) {
            put(language, tokens -> new SnowballFilter(tokens, language));
        }
        put("arabic", ArabicStemFilter::new);
        put("bengali", BengaliStemFilter::new);
        put("brazilian", BrazilianStemFilter::new);
        put("bulgarian", BulgarianStemFilter::new);
        put("czech", CzechStemFilter::new);
        put("english", PorterStemFilter::new);
        put("galician", GalicianStemFilter::new);
        put("german2", tokens -> new SnowballFilter(tokens, "German"));
        put("greek", GreekStemFilter::new);
        put("hindi", HindiStemFilter::new);
        put("indonesian", IndonesianStemFilter::new);
        put("kstem", KStemFilter::new);
        put("latvian", LatvianStemFilter::new);
        put("light_english", KStemFilter::new);
        put("light_finnish", FinnishLightStemFilter::new);
        put("light_finish", FinnishLightStemFilter::new);
        put("light_french", FrenchLightStemFilter::new);
        put("light_german", GermanLightStemFilter::new);
        put("light_hungarian", HungarianLightStemFilter::new);
        put("light_italian", ItalianLightStemFilter::new);
        put("light_norwegian", NorwegianLightStemFilter::new);
        put("light_nynorsk", tokens -> new NorwegianLightStemFilterFactory(nynorsk()).create(tokens));
        put("light_portuguese", PortugueseLightStemFilter::new);
        put("light_russian", RussianLightStemFilter::new);
        put("light_spanish", SpanishLightStemFilter::new);
        put("light_swedish", SwedishLightStemFilter::new);
        put("minimal_english", EnglishMinimalStemFilter::new);
        put("minimal_french", FrenchMinimalStemFilter::new);
        put("minimal_galician", GalicianMinimalStemFilter::new);
        put("minimal_german", GermanMinimalStemFilter::new);
        put("minimal_norwegian", NorwegianMinimalStemFilter::new);
        put("minimal_nynorsk", tokens -> new NorwegianMinimalStemFilterFactory(nynorsk()).create(tokens));
        put("minimal_portuguese", PortugueseMinimalStemFilter::new);
        put("persian", PersianStemFilter::new);
        put("porter", PorterStemFilter::new);
        put("porter2", tokens -> new SnowballFilter(tokens, "English"));
        put("portuguese_rslp", PortugueseStemFilter::new);
        put("possessive_english", EnglishPossessiveFilter::new);
        put("sorani", SoraniStemFilter::new);
        put("spanish_plural", SpanishPluralStemFilter::new);
    }

    private Stemmers() {}

    /** The stemmer that {@code language} (or {@code name}) asks for, in snake or camel case; without either, Porter's. */
    static UnaryOperator<TokenStream> from(Settings settings) {
        String language = settings.get("language", settings.get("name", "porter"));
        UnaryOperator<TokenStream> stemmer = BY_LANGUAGE.get(key(language));
        return stemmer != null ? stemmer : snowball(language);
    }

    /** One of Snowball's stemmers by its name; IllegalArgumentException if there is none. */
    static UnaryOperator<TokenStream> snowball(String language) {
        String name = language.substring(0, 1).toUpperCase(Locale.ROOT) + language.substring(1);
        new SnowballFilter(new EmptyTokenStream(), name);
        return tokens -> new SnowballFilter(tokens, name);
    }

    private static Map<String, String> nynorsk() {
        return new TreeMap<>(Map.of("variant", "nn"));
    }

    private static void put(String language, UnaryOperator<TokenStream> stemmer) {
        BY_LANGUAGE.put(key(language), stemmer);
    }

    private static String key(String language) {
        return language.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
