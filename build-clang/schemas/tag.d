build-clang/schemas/tag.o: schemas/tag.c schemas/tag.h schemas/wire.h

schemas/tag.h:

schemas/wire.h:
