build-clang/runtime/data/store.o: runtime/data/store.c \
  runtime/data/store.h schemas/wire.h runtime/base/loop.h \
  runtime/data/store_int.h runtime/base/clock.h \
  runtime/data/store_query.h

runtime/data/store.h:

schemas/wire.h:

runtime/base/loop.h:

runtime/data/store_int.h:

runtime/base/clock.h:

runtime/data/store_query.h:
