package dateline.analysis;

import java.util.function.UnaryOperator;

import org.apache.lucene.analysis.TokenStream;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;

/** A token filter that an index defines with settings of its own. */
class ConfiguredTokenFilter implements TokenFilterFactory {

    private final String name;
    private final UnaryOperator<TokenStream> filter;
    private final boolean inSynonyms;

    private ConfiguredTokenFilter(String name, UnaryOperator<TokenStream> filter, boolean inSynonyms) {
        this.name = name;
        this.filter = filter;
        this.inSynonyms = inSynonyms;
    }

    static TokenFilterFactory of(String name, UnaryOperator<TokenStream> filter, boolean normalizes, boolean inSynonyms) {
        return normalizes ? new Normalizing(name, filter, inSynonyms) : new ConfiguredTokenFilter(name, filter, inSynonyms);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TokenStream create(TokenStream tokens) {
        return filter.apply(tokens);
    }

    @Override
    public TokenFilterFactory getSynonymFilter() {
        if (!inSynonyms) {
            throw new IllegalArgumentException("Token filter [" + name + "] cannot be used to parse synonyms");
        }
        return this;
    }

    private static final class Normalizing extends ConfiguredTokenFilter implements NormalizingTokenFilterFactory {
        Normalizing(String name, UnaryOperator<TokenStream> filter, boolean inSynonyms) {
            super(name, filter, inSynonyms);
        }
    }
}
