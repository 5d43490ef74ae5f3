# bacc (compiler) and bacrt (runtime).
CC     ?= cc
CFLAGS ?= -O2 -g
all: ; @echo "not yet"
