build-clang/runtime/data/store_db.o: runtime/data/store_db.c \
  runtime/data/store_int.h runtime/base/clock.h runtime/data/store.h \
  schemas/wire.h runtime/data/store_query.h

runtime/data/store_int.h:

runtime/base/clock.h:

runtime/data/store.h:

schemas/wire.h:

runtime/data/store_query.h:
