build-clang/runtime/data/store_trend.o: runtime/data/store_trend.c \
  runtime/data/store_int.h runtime/base/clock.h runtime/data/store.h \
  schemas/wire.h runtime/data/store_query.h

runtime/data/store_int.h:

runtime/base/clock.h:

runtime/data/store.h:

schemas/wire.h:

runtime/data/store_query.h:
