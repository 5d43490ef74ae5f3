build-clang/schemas/objdefs.o: schemas/objdefs.c schemas/objdefs.h \
  schemas/bacnet.h schemas/bacnet_lists.h

schemas/objdefs.h:

schemas/bacnet.h:

schemas/bacnet_lists.h:
