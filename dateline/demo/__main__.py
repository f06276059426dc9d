"""`python -m dateline.demo`: serve the demo world, or write it down."""

from dateline.demo.command import main

main()
