package dateline.compression;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import org.elasticsearch.foreign.LibraryProvider;
import org.elasticsearch.nativeaccess.lib.ZstdLibrary;

/**
 * Elasticsearch's port to the zstd library, served by zstd-jni, which carries the library for every platform.
 *
 * <p>A distribution ships the library as a file of its own; without one, indices with {@code codec: best_compression} take
 * documents and then fail. Java finds this provider as a service. Elasticsearch takes the last one on the class path that serves
 * the same port, so this class must stand behind the server's own.
 */
public final class Zstd implements LibraryProvider<ZstdLibrary> {

    @Override
    public Class<ZstdLibrary> libraryClass() {
        return ZstdLibrary.class;
    }

    @Override
    public ZstdLibrary load() {
        com.github.luben.zstd.util.Native.load();
        return new Jni();
    }

    private static final class Jni implements ZstdLibrary {

        @Override
        public long compressBound(long size) {
            return com.github.luben.zstd.Zstd.compressBound(size);
        }

        @Override
        public long compress(MemorySegment to, long toSize, MemorySegment from, long fromSize, int level) {
            return com.github.luben.zstd.Zstd.compressUnsafe(to.address(), toSize, from.address(), fromSize, level, false);
        }

        @Override
        public long decompress(MemorySegment to, long toSize, MemorySegment from, long fromSize) {
            return com.github.luben.zstd.Zstd.decompressUnsafe(to.address(), toSize, from.address(), fromSize);
        }

        @Override
        public long compressHeap(MemorySegment to, long toSize, MemorySegment from, long fromSize, int level) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(toSize);
                long written = compress(out, toSize, outside(arena, from, fromSize), fromSize, level);
                return copyBack(out, written, to);
            }
        }

        @Override
        public long decompressHeap(MemorySegment to, long toSize, MemorySegment from, long fromSize) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(toSize);
                long written = decompress(out, toSize, outside(arena, from, fromSize), fromSize);
                return copyBack(out, written, to);
            }
        }

        @Override
        public boolean isError(long code) {
            return com.github.luben.zstd.Zstd.isError(code);
        }

        @Override
        public String getErrorName(long code) {
            return com.github.luben.zstd.Zstd.getErrorName(code);
        }

        @Override
        public MemorySegment createDStream() {
            throw noStreams();
        }

        @Override
        public long freeDStream(MemorySegment stream) {
            throw noStreams();
        }

        @Override
        public long dStreamInSize() {
            throw noStreams();
        }

        @Override
        public long dStreamOutSize() {
            throw noStreams();
        }

        @Override
        public long decompressStream(MemorySegment stream, MemorySegment to, MemorySegment from) {
            throw noStreams();
        }

        private static MemorySegment outside(Arena arena, MemorySegment heap, long size) {
            return arena.allocate(size).copyFrom(heap.asSlice(0, size));
        }

        private long copyBack(MemorySegment out, long written, MemorySegment heap) {
            if (!isError(written)) {
                MemorySegment.copy(out, 0, heap, 0, written);
            }
            return written;
        }

        /** Only reading external data sources uses streams, and this server has none. */
        private static UnsupportedOperationException noStreams() {
            return new UnsupportedOperationException("zstd streams are not available on the embedded server");
        }
    }
}
