build-clang/runtime/base/clock.o: runtime/base/clock.c \
  runtime/base/clock.h

runtime/base/clock.h:
