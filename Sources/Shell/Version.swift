// What the program is called.

/// The version of xai, in provenance and `--version`.
package let version = "0.1.0"
