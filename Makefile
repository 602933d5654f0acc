# make run        build, restore samples/ into restored/, say where the report lies
# make test       every test that needs nothing but this checkout, in release
# make test-long  those that need ../shared/data, Chromium and decoders (which it installs) or minutes as well
# make sanitize   tests of kernels, codecs, networks and training, address and undefined behaviour watched
# make fuzz       the readers of files, a minute each, with inputs made up by libFuzzer
# make install    command, models, completions, man pages and licence below PREFIX (default /usr/local)
# make uninstall  removes exactly these
# make dist       an archive that runs anywhere on this platform, and a .deb, in dist/
# make dist-test  tries both in a bare Debian (as root)
# make container  dist/retouch-VERSION-container.tar, an image for podman and docker (as root)
PREFIX ?= /usr/local
VERSION := $(shell sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/retouch/Version.swift)
CONFIGURATION := -c release
RETOUCH := .build/release/retouch
LIBRARIES := libpng-dev libjpeg-dev libtiff-dev libwebp-dev liblcms2-dev libssl-dev pkg-config
DECODERS := libheif-examples libjxl-tools libavif-bin libopenjp2-tools libraw-bin poppler-utils libvips-tools imagemagick
DIST_TOOLS := zlib1g-dev libzstd-dev liblzma-dev liblerc-dev libdeflate-dev binutils dpkg-dev xz-utils

.PHONY: run build tests test test-long sanitize fuzz install uninstall dist dist-test container setup format clean

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
	@sh Scripts/install-libraries chromium $(DECODERS)
	RETOUCH_LONG_TESTS=1 swift test $(CONFIGURATION) --skip-build
	$(MAKE) sanitize
	$(MAKE) fuzz
	$(MAKE) dist-test

fuzz: setup
	Fuzzing/run 60

# A build of its own. Undefined behaviour of the C modules traps. The thread sanitizer does not know Synchronization.Mutex.
SANITIZE := $(CONFIGURATION) --scratch-path .build-address --sanitize address -Xcc -fsanitize=undefined \
	-Xcc -fsanitize-trap=undefined -Xcc -Wno-pass-failed
sanitize: setup
	swift build $(SANITIZE) --build-tests
	ASAN_OPTIONS=detect_leaks=0 swift test $(SANITIZE) --skip-build \
		--filter 'KernelsTests|ImagingTests|NetworksTests|TensorsTests|FilesTests|QualityTests|TrainingTests'

# What was installed stands in PREFIX/share/retouch/installed.
install: build
	sh Scripts/make-manual $(RETOUCH) .build/checkouts/swift-argument-parser .build/manual .build/man
	sh Scripts/stage $(RETOUCH) .build/man .build/stage
	sh Scripts/install .build/stage "$(DESTDIR)$(PREFIX)"

uninstall:
	sh Scripts/install --remove "$(DESTDIR)$(PREFIX)"

dist: setup
	@sh Scripts/install-libraries $(DIST_TOOLS)
	sh Scripts/dist $(VERSION)

dist-test: dist
	@[ "$$(id -u)" -ne 0 ] || sh Scripts/install-libraries debootstrap
	sh Scripts/test-dist $(VERSION)

container: dist
	@[ "$$(id -u)" -ne 0 ] || sh Scripts/install-libraries debootstrap
	sh Scripts/container $(VERSION)

# The C libraries that the build links, from the system's packages.
setup:
	@command -v swift >/dev/null || { echo "Swift 6.3 or later is missing: https://www.swift.org/install"; exit 1; }
	@sh Scripts/install-libraries $(LIBRARIES)

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build .build-address .build-dist .build-root dist restored
