# The reader's pages are tested in Debian's Chromium, driven by Playwright.
BROWSER := $(VENV)/.browser
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo)

test: $(BROWSER)

$(BROWSER): $(VENV)/.boot
	@test -n "$$DATELINE_CHROMIUM" || command -v chromium >/dev/null || { \
	  command -v apt-get >/dev/null || { echo "no chromium and no apt-get: install Chromium; DATELINE_CHROMIUM names its program"; exit 2; }; \
	  echo "installing Chromium"; $(AS_ROOT) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(AS_ROOT) apt-get install -qq --no-install-recommends chromium fonts-dejavu fonts-liberation >/dev/null; }
	@touch $@

.PHONY: screenshots

screenshots: $(DEV) $(BROWSER) ## pictures of the reader's pages, in docs/screenshots
	@$(BIN)/python -m bench.screenshots docs/screenshots
