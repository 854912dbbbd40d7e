# The commands a contributor needs. Without just: read the lines below, they are the commands.

# list the recipes
default:
    @just --list

# prepare the environment with the development tools
setup:
    sh run setup

# run the test suite; `just test tests/unit/records -x` for a part of it
test *ARGS:
    sh run test {{ARGS}}

# style, types, import rules
lint: setup
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports

# mend what can be mended by a program
fix: setup
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# all that a merge needs
ci:
    .ci/run
