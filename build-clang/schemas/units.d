build-clang/schemas/units.o: schemas/units.c schemas/units.h

schemas/units.h:
