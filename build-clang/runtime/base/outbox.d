build-clang/runtime/base/outbox.o: runtime/base/outbox.c \
  runtime/base/outbox.h runtime/base/peer.h

runtime/base/outbox.h:

runtime/base/peer.h:
