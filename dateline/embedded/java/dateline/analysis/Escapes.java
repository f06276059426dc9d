package dateline.analysis;

/** Backslash escapes in the rules of mapping filters and type tables. */
final class Escapes {

    private Escapes() {}

    /** Text with {@code \n}, {@code \t}, {@code \\}, {@code \u00e9} and the like replaced by what they stand for. */
    static String decode(String text) {
        StringBuilder decoded = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\\') {
                decoded.append(c);
                continue;
            }
            if (at == text.length()) {
                throw new IllegalArgumentException("Invalid escaped char in [" + text + "]");
            }
            char escaped = text.charAt(at++);
            switch (escaped) {
                case 'n' -> decoded.append('\n');
                case 't' -> decoded.append('\t');
                case 'r' -> decoded.append('\r');
                case 'b' -> decoded.append('\b');
                case 'f' -> decoded.append('\f');
                case 'u' -> {
                    if (at + 4 > text.length()) {
                        throw new IllegalArgumentException("Invalid escaped char in [" + text + "]");
                    }
                    decoded.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> decoded.append(escaped);
            }
        }
        return decoded.toString();
    }
}
