@NullMarked
package dev.faissjvm.cli.demo;

import org.jspecify.annotations.NullMarked;
