build-clang/runtime/data/store_write.o: runtime/data/store_write.c \
  runtime/base/loop.h runtime/data/store_int.h runtime/base/clock.h \
  runtime/data/store.h schemas/wire.h runtime/data/store_query.h

runtime/base/loop.h:

runtime/data/store_int.h:

runtime/base/clock.h:

runtime/data/store.h:

schemas/wire.h:

runtime/data/store_query.h:
