#include <whisper.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

// By default glibc keeps freed blocks of up to 32 MB once it has seen some: what the engine needs for a moment would stay
// resident for hours.
static inline void commentbot_return_large_blocks(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}
