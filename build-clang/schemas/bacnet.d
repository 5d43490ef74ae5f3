build-clang/schemas/bacnet.o: schemas/bacnet.c schemas/bacnet.h \
  schemas/bacnet_lists.h

schemas/bacnet.h:

schemas/bacnet_lists.h:
