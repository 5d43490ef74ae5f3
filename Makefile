# bacc (compiler) and bacrt (runtime).  GNU make, no configure step, no generated sources.
#   make             both programs, in build/              make SAN=1 ...    with ASan and UBSan, in build-san/
#   make V=1         shows the commands
#   make run         compile a sample and serve it         make run BIND=192.168.1.5 PORT=47808 SAMPLE=ahu
#   make test        every test; ends in one line          make test T='wire/rp-*'   some of them
#   make lint        layers, limits, banned calls, both compilers without a warning, cppcheck, clang-tidy
#   make bench       ratios to an echo server and a bare SAX pass    make bench BIG=1    with a million variables
#   make fuzz        every entrance, FUZZTIME seconds each    make soak    hours of mixed traffic
#   make kill        kill -9, KILLS times, under writes, alarms and trends; power cuts as often
#   make linear      what there may be many of takes the compiler time in proportion
#   make scale       10,000 trend logs and 1,000 schedules at a minute, for MINUTES; none late, none lost
#   make conformance every row of the conformance list          make deps    installs what is missing
#   make install     PREFIX=/usr/local DESTDIR=, and make uninstall      make clean

CC      ?= cc
MINUTES ?= 10
PREFIX  ?= /usr/local
CFLAGS  ?= $(if $(SAN),-O1 -g1,-O2 -g)
B       := build$(if $(SAN),-san)
PC      := pkg-config
say      = $(if $(V),,@echo "  $1  $@"; )

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wundef -Wvla -Wformat=2 -Wwrite-strings \
           -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes
comma   := ,
SANFLAG := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

# Libraries: asked for when the first recipe needs them (after `deps` had its turn), and then once.
# An optional library that is missing costs its feature, never the build.
NEED    := libxml-2.0 sqlite3 libcjson
OPTION  := MQTT=libmosquitto MODBUS=libmodbus SYSTEMD=libsystemd NCURSES=ncursesw
once     = $(eval $1 := $2)$($1)
HAVE     = $(call once,HAVE,$(foreach o,$(OPTION),$(if $(shell $(PC) --exists $(lastword $(subst =, ,$o)) && echo y),$o)))
OPTLIBS  = $(foreach o,$(HAVE),$(lastword $(subst =, ,$o)))
LIBCF    = $(call once,LIBCF,$(patsubst -I%,-isystem %,$(filter-out -I/usr/include -D%,$(shell $(PC) --cflags $(NEED) $(OPTLIBS)))))
L_BACC   = $(call once,L_BACC,$(shell $(PC) --libs libxml-2.0 libcjson) -lcrypt -lm)
L_BACRT  = $(call once,L_BACRT,$(shell $(PC) --libs sqlite3 libcjson $(OPTLIBS)) -lcrypt -pthread -lm)
# Values and images are the same on all machines: where there is a choice, doubles are no wider in between.
MATH     = $(call once,MATH,$(if $(filter i386-% i486-% i586-% i686-%,$(shell $(CC) -dumpmachine)),-msse2 -mfpmath=sse))
FLAGS    = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -I. $(WARN) $(if $(WERROR),-Werror) \
           $(MATH) $(SANFLAG) -pthread \
           $(foreach o,$(HAVE),-DHAVE_$(firstword $(subst =, ,$o))=1) $(LIBCF)

# Sources by wildcard: a new file is in the build by being there.
SRC_S   := $(wildcard schemas/*.c)
SRC_C   := $(wildcard compiler/*.c)
SRC_R   := $(wildcard runtime/*.c runtime/*/*.c)
OBJ_S   := $(SRC_S:%.c=$(B)/%.o)
OBJ_C   := $(SRC_C:%.c=$(B)/%.o)
OBJ_R   := $(SRC_R:%.c=$(B)/%.o)
PROGS   := $(if $(wildcard compiler/main.c),$(B)/bacc) $(if $(wildcard runtime/main.c),$(B)/bacrt)
UNIT    := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/*.c))
FUZZ    := $(if $(wildcard runtime/service/table.c),$(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(filter-out tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c))))
TOOLS   := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c)) \
           $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/gen.c tests/hex.c tests/pcap.c tests/peer.c)) \
           $(if $(wildcard runtime/service/table.c),$(B)/tests/wire_runner)

all: $(PROGS) $(OBJ_S)

$(B)/bacc: $(OBJ_C) $(OBJ_S)
	$(call say,LD)$(CC) $(SANFLAG) $(LDFLAGS) -o $@ $^ $(L_BACC)
$(B)/bacrt: $(OBJ_R) $(OBJ_S)
	$(call say,LD)$(CC) $(SANFLAG) $(LDFLAGS) -o $@ $^ $(L_BACRT)
$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Everything but the two main() functions, for the test programs.
$(B)/libbac.a: $(filter-out %/main.o,$(OBJ_R) $(OBJ_C) $(OBJ_S))
	@rm -f $@ && $(AR) rcs $@ $^
$(B)/tests/wire_runner: $(B)/tests/dut.o
$(B)/tests/%: $(B)/tests/%.o $(B)/libbac.a
	$(call say,LD)$(CC) $(SANFLAG) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libbac.a $(L_BACC) $(L_BACRT)
$(FUZZ): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(B)/tests/dut.o $(B)/libbac.a
	$(call say,LD)$(CC) $(SANFLAG) $(LDFLAGS) -o $@ $^ $(L_BACC) $(L_BACRT)

# Objects are rebuilt when compiler, flags or the set of libraries change.
$(B)/flags: FORCE | $(B)/deps
	@printf '%s\n' '$(CC) $(FLAGS) $(CFLAGS)' | cmp -s - $@ || printf '%s\n' '$(CC) $(FLAGS) $(CFLAGS)' > $@
$(B)/deps: tests/deps
	@mkdir -p $(@D) && tests/deps build && touch $@

deps:
	@tests/deps build test
run: all
	@B=$(B) BIND=$(BIND) PORT=$(PORT) SAMPLE=$(SAMPLE) tests/serve
test-programs: all $(UNIT) $(TOOLS) $(FUZZ)
test: deps test-programs
	@B=$(B) SAN=$(SAN) tests/run $(T)
check: test
conformance: deps test-programs
	@B=$(B) SAN=$(SAN) tests/conformance/run
lint: deps
	@CC='$(CC)' FLAGS='$(filter-out -fsanitize%,$(FLAGS)) -Werror' tests/lint/run
bench: deps test-programs
	@B=$(B) BIG=$(BIG) tests/bench/run
fuzz: deps
	@FUZZTIME='$(FUZZTIME)' tests/fuzz/run
print-libs:
	@echo $(L_BACC) $(L_BACRT)
kill: deps test-programs
	@B=$(B) KILLS='$(or $(KILLS),100)' LIMIT=3600 tests/run unit/kill cli/alarm-kill cli/trend-kill
	@$(B)/tests/unit/store_fault '$(or $(KILLS),100)'
soak: deps test-programs
	@B=$(B) HOURS='$(HOURS)' tests/soak
# what a project has by the ten thousand takes the compiler time in proportion
linear: deps all test-programs
	@d=$$(mktemp -d) && node tests/linear.mjs $(B)/bacc $(B)/tests/bench/spent $$d; r=$$?; rm -rf $$d; exit $$r
scale: deps all
	@d=$$(mktemp -d) && BACC=$(B)/bacc BACRT=$(B)/bacrt node tests/scale.mjs 10000 1000 60 $$((60 * $(MINUTES))) $$d; r=$$?; rm -rf $$d; exit $$r

INTO    = "$(DESTDIR)$(PREFIX)"
install: all
	install -d $(INTO)/bin $(INTO)/share/man/man1 $(INTO)/share/man/man5 \
	    $(INTO)/share/man/man7 $(INTO)/share/man/man8 $(INTO)/share/bacc
	install -m 755 $(PROGS) $(INTO)/bin/
	$(foreach n,1 5 7 8,install -m 644 man/*.$n $(INTO)/share/man/man$n/ &&) :
	install -d $(INTO)/share/bash-completion/completions $(INTO)/share/zsh/site-functions
	install -m 644 completion/bacc.bash $(INTO)/share/bash-completion/completions/bacc
	install -m 644 completion/bacrt.bash $(INTO)/share/bash-completion/completions/bacrt
	install -m 644 completion/_bacc completion/_bacrt $(INTO)/share/zsh/site-functions/
	install -d $(INTO)/lib/systemd/system
	sed 's|@BINDIR@|$(PREFIX)/bin|' systemd/bacrt@.service > $(INTO)/lib/systemd/system/bacrt@.service
	chmod 644 $(INTO)/lib/systemd/system/bacrt@.service
	install -m 644 schemas/project.xsd $(INTO)/share/bacc/
uninstall:                  # what `make install` with the same PREFIX has put there; data and configuration stay
	rm -f $(foreach p,$(PROGS),$(INTO)/bin/$(notdir $(p))) \
	    $(foreach m,$(wildcard man/*.[1578]),$(INTO)/share/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	    $(INTO)/share/bash-completion/completions/bacc $(INTO)/share/bash-completion/completions/bacrt \
	    $(INTO)/share/zsh/site-functions/_bacc $(INTO)/share/zsh/site-functions/_bacrt \
	    $(INTO)/lib/systemd/system/bacrt@.service $(INTO)/share/bacc/project.xsd
	-rmdir --ignore-fail-on-non-empty $(INTO)/share/bacc
clean:
	rm -rf build build-san build-fuzz

FORCE:
.SECONDARY:
.PHONY: print-libs all deps run test test-programs check conformance lint bench fuzz kill soak linear scale install uninstall clean FORCE
-include $(OBJ_S:.o=.d) $(OBJ_C:.o=.d) $(OBJ_R:.o=.d) $(wildcard $(B)/tests/*.d $(B)/tests/*/*.d)
