# make run        build, restore samples/ into restored/, say where the report lies
# make test       every test that needs nothing but this checkout, in release
# make test-long  those that need ../shared/data, Chromium (which it installs) or minutes as well
# make sanitize   tests of kernels, codecs, networks and training, address and undefined behaviour watched
# make install    the command and its models below PREFIX (default /usr/local)
PREFIX ?= /usr/local
CONFIGURATION := -c release
RETOUCH := .build/release/retouch
LIBRARIES := libpng-dev libjpeg-dev liblcms2-dev libssl-dev pkg-config

.PHONY: run build tests test test-long sanitize install setup format clean

run: build
	@mkdir -p restored
	$(RETOUCH) restore samples/noisy restored/noisy --reference samples/clean --report restored/report/noisy
	$(RETOUCH) restore samples/scans restored/scans --model 1x-Scan-M --report restored/report/scans
	$(RETOUCH) restore samples/small restored/small --scale 2 --report restored/report/small
	@echo "Before and after: file://$(CURDIR)/restored/report/noisy/report.html"
	@echo "                  file://$(CURDIR)/restored/report/scans/report.html"
	@echo "                  file://$(CURDIR)/restored/report/small/report.html"

build: setup
	swift build $(CONFIGURATION) --product retouch

# One release build serves the command and the tests, which drive the command too.
tests: setup
	swift build $(CONFIGURATION) --build-tests

test: tests
	swift test $(CONFIGURATION) --skip-build

test-long: tests
	@sh Scripts/install-libraries chromium
	RETOUCH_LONG_TESTS=1 swift test $(CONFIGURATION) --skip-build
	$(MAKE) sanitize

# A build of its own. Undefined behaviour of the C rooms traps. The thread sanitizer does not know Synchronization.Mutex.
SANITIZE := $(CONFIGURATION) --scratch-path .build-address --sanitize address -Xcc -fsanitize=undefined \
	-Xcc -fsanitize-trap=undefined -Xcc -Wno-pass-failed
sanitize: setup
	swift build $(SANITIZE) --build-tests
	ASAN_OPTIONS=detect_leaks=0 swift test $(SANITIZE) --skip-build \
		--filter 'KernelsTests|ImagingTests|NetworksTests|TensorsTests|FilesTests|QualityTests|TrainingTests'

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/retouch
	install -m 755 $(RETOUCH) $(DESTDIR)$(PREFIX)/bin/retouch
	cp -R models $(DESTDIR)$(PREFIX)/share/retouch/

# The C libraries that the build links, from the system's packages.
setup:
	@command -v swift >/dev/null || { echo "Swift 6.3 or later is missing: https://www.swift.org/install"; exit 1; }
	@sh Scripts/install-libraries $(LIBRARIES)

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build .build-address restored
