/// The theme files of the folder `themes`, compiled in. The generated code names each file but does not list them, so a new one
/// must be added here; a test compares this list with the folder.
enum BuiltInThemes {
    /// In the order in which they are listed.
    static var files: [(name: String, text: String)] {
        [
            ("terminal", PackageResources.terminal_toml),
            ("terminal-light", PackageResources.terminal_light_toml),
            ("dark", PackageResources.dark_toml),
            ("light", PackageResources.light_toml),
            ("mono", PackageResources.mono_toml),
            ("fjord", PackageResources.fjord_toml),
            ("ember", PackageResources.ember_toml),
            ("dusk", PackageResources.dusk_toml),
            ("linen", PackageResources.linen_toml),
            ("forest", PackageResources.forest_toml),
            ("plum", PackageResources.plum_toml),
            ("harbor", PackageResources.harbor_toml),
            ("sand", PackageResources.sand_toml),
            ("mint", PackageResources.mint_toml),
            ("signal", PackageResources.signal_toml),
            ("signal-light", PackageResources.signal_light_toml),
            ("contrast", PackageResources.contrast_toml),
            ("contrast-light", PackageResources.contrast_light_toml),
        ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }
}
