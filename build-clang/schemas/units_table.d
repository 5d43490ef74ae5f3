build-clang/schemas/units_table.o: schemas/units_table.c schemas/units.h

schemas/units.h:
