build-clang/runtime/data/store_schema.o: runtime/data/store_schema.c \
  runtime/data/store_int.h runtime/base/clock.h runtime/data/store.h \
  schemas/wire.h runtime/data/store_query.h

runtime/data/store_int.h:

runtime/base/clock.h:

runtime/data/store.h:

schemas/wire.h:

runtime/data/store_query.h:
