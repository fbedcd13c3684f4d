@NullMarked
package dev.faissjvm.cli.json;

import org.jspecify.annotations.NullMarked;
