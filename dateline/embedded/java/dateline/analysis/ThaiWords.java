package dateline.analysis;

import java.text.BreakIterator;
import java.text.CharacterIterator;
import java.text.spi.BreakIteratorProvider;
import java.util.Locale;

/**
 * Word boundaries in Thai, which is written without spaces: ICU's dictionary in place of the one that small Java runtimes leave
 * out. Java finds this class as a service and asks it for {@code th} alone; without it the {@code thai} analyzer does not work.
 */
public final class ThaiWords extends BreakIteratorProvider {

    private static final Locale THAI = Locale.of("th");

    @Override
    public Locale[] getAvailableLocales() {
        return new Locale[] { THAI };
    }

    @Override
    public BreakIterator getWordInstance(Locale locale) {
        return new Adapter(com.ibm.icu.text.BreakIterator.getWordInstance(THAI));
    }

    @Override
    public BreakIterator getLineInstance(Locale locale) {
        return new Adapter(com.ibm.icu.text.BreakIterator.getLineInstance(THAI));
    }

    @Override
    public BreakIterator getCharacterInstance(Locale locale) {
        return new Adapter(com.ibm.icu.text.BreakIterator.getCharacterInstance(THAI));
    }

    @Override
    public BreakIterator getSentenceInstance(Locale locale) {
        return new Adapter(com.ibm.icu.text.BreakIterator.getSentenceInstance(THAI));
    }

    /** ICU's iterator behind the Java runtime's class of the same name. */
    private static final class Adapter extends BreakIterator {

        private com.ibm.icu.text.BreakIterator icu;

        Adapter(com.ibm.icu.text.BreakIterator icu) {
            this.icu = icu;
        }

        @Override
        public Object clone() {
            Adapter copy = (Adapter) super.clone();
            copy.icu = (com.ibm.icu.text.BreakIterator) icu.clone();
            return copy;
        }

        @Override
        public int first() {
            return icu.first();
        }

        @Override
        public int last() {
            return icu.last();
        }

        @Override
        public int next(int n) {
            return icu.next(n);
        }

        @Override
        public int next() {
            return icu.next();
        }

        @Override
        public int previous() {
            return icu.previous();
        }

        @Override
        public int following(int offset) {
            return icu.following(offset);
        }

        @Override
        public int current() {
            return icu.current();
        }

        @Override
        public boolean isBoundary(int offset) {
            return icu.isBoundary(offset);
        }

        @Override
        public CharacterIterator getText() {
            return icu.getText();
        }

        @Override
        public void setText(CharacterIterator text) {
            icu.setText(text);
        }
    }
}
