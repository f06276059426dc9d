package dateline.compression;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

import org.elasticsearch.foreign.LibraryProvider;
import org.elasticsearch.nativeaccess.lib.ZstdLibrary;

/**
 * Elasticsearch's port to the zstd library, served by zstd-jni, whose jar carries the library for every platform.
 *
 * <p>A distribution ships the library as a file of its own; without one, indices with {@code codec: best_compression} take
 * documents and then fail. Java finds this provider as a service. Elasticsearch takes the last one on the class path that serves
 * the same port, so this class must stand behind the server's own.
 *
 * <p>The jar is named by the system property {@code dateline.zstd} and has a class loader of its own: were it on the class path,
 * netty would find it and offer HTTP answers in zstd, which the server's HTTP pipeline then fails to write.
 */
public final class Zstd implements LibraryProvider<ZstdLibrary> {

    @Override
    public Class<ZstdLibrary> libraryClass() {
        return ZstdLibrary.class;
    }

    @Override
    public ZstdLibrary load() {
        try {
            URL jar = Path.of(System.getProperty("dateline.zstd")).toUri().toURL();
            Class<?> jni = new URLClassLoader("zstd", new URL[] { jar }, null).loadClass("com.github.luben.zstd.Zstd");
            return new Jni(jni);
        } catch (ReflectiveOperationException | java.io.IOException e) {
            throw new UnsatisfiedLinkError("zstd-jni in " + System.getProperty("dateline.zstd") + " can not be used: " + e);
        }
    }

    private static final class Jni implements ZstdLibrary {

        private final MethodHandle bound;
        private final MethodHandle compress;
        private final MethodHandle decompress;
        private final MethodHandle failed;
        private final MethodHandle errorName;

        Jni(Class<?> jni) throws ReflectiveOperationException {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> number = long.class;
            bound = lookup.findStatic(jni, "compressBound", MethodType.methodType(number, number));
            compress = lookup.findStatic(jni, "compressUnsafe",
                MethodType.methodType(number, number, number, number, number, int.class, boolean.class));
            decompress = lookup.findStatic(jni, "decompressUnsafe",
                MethodType.methodType(number, number, number, number, number));
            failed = lookup.findStatic(jni, "isError", MethodType.methodType(boolean.class, number));
            errorName = lookup.findStatic(jni, "getErrorName", MethodType.methodType(String.class, number));
        }

        @Override
        public long compressBound(long size) {
            try {
                return (long) bound.invokeExact(size);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public long compress(MemorySegment to, long toSize, MemorySegment from, long fromSize, int level) {
            try {
                return (long) compress.invokeExact(to.address(), toSize, from.address(), fromSize, level, false);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public long decompress(MemorySegment to, long toSize, MemorySegment from, long fromSize) {
            try {
                return (long) decompress.invokeExact(to.address(), toSize, from.address(), fromSize);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public long compressHeap(MemorySegment to, long toSize, MemorySegment from, long fromSize, int level) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(toSize);
                return copyBack(out, compress(out, toSize, offHeap(arena, from, fromSize), fromSize, level), to);
            }
        }

        @Override
        public long decompressHeap(MemorySegment to, long toSize, MemorySegment from, long fromSize) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(toSize);
                return copyBack(out, decompress(out, toSize, offHeap(arena, from, fromSize), fromSize), to);
            }
        }

        @Override
        public boolean isError(long code) {
            try {
                return (boolean) failed.invokeExact(code);
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        @Override
        public String getErrorName(long code) {
            try {
                return (String) errorName.invokeExact(code);
            } catch (Throwable e) {
                throw unexpected(e);
            }
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

        private static MemorySegment offHeap(Arena arena, MemorySegment heap, long size) {
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

        private static AssertionError unexpected(Throwable e) {
            return new AssertionError("a native method threw", e);
        }
    }
}
