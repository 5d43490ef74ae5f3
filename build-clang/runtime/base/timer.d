build-clang/runtime/base/timer.o: runtime/base/timer.c \
  runtime/base/timer.h

runtime/base/timer.h:
