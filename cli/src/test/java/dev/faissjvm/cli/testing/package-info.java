/** What several tests of this module use. */
@NullMarked
package dev.faissjvm.cli.testing;

import org.jspecify.annotations.NullMarked;
