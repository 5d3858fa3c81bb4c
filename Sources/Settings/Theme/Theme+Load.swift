import RichText

extension Theme {
    /// Reads a theme from a TOML file. What cannot be used is reported and left out.
    /// - Parameter name: its name if the file gives none.
    init(file: inout SettingsFile, name: String) {
        file.checkKeys(below: [], known: ["name", "variant", "palette", "styles"])
        let written = file.string(at: ["name"], example: "name = \"\(name)\"") ?? ""
        let variant = Self.variant(in: &file)
        var colors = ColorText()
        Self.readPalette(into: &colors, from: &file)
        var styles: [StyleRole: Style] = [:]
        Self.readStyles(into: &styles, below: ["styles"], colors: colors, from: &file)
        self.init(name: written.isEmpty ? name : written, variant: variant, styles: styles)
    }

    private static func variant(in file: inout SettingsFile) -> Variant {
        let example = #"variant = "dark""#
        let isThere = file.node(at: ["variant"]) != nil
        guard let text = file.string(at: ["variant"], example: example) else {
            if !isThere {
                file.report(
                    "There is no variant.", at: [], advice: #"Add variant = "dark" or variant = "light"."#)
            }
            return .dark
        }
        if let variant = Variant(rawValue: text) { return variant }
        file.report(
            "There is no variant \(SettingsFile.quoted(text)).", at: ["variant"],
            advice: NearestName(known: ["dark", "light"]).advice(for: text))
        return .dark
    }

    private static func readPalette(into colors: inout ColorText, from file: inout SettingsFile) {
        guard file.hasTable(at: ["palette"], example: "[palette]") else { return }
        for name in file.keys(below: ["palette"]) {
            let path = ["palette", name]
            if !ColorText.canName(name) {
                file.report(
                    "\(SettingsFile.quoted(name)) cannot name a colour of the palette.", at: path,
                    advice: "Choose a name without a meaning of its own.")
                continue
            }
            guard let text = text(at: path, in: &file, example: "\(name) = \"#88c0d0\"") else { continue }
            // No palette names here: they could refer to each other in a circle.
            if let color = ColorText().color(text) {
                colors.palette[name] = color
            } else {
                file.report(
                    "\(SettingsFile.quoted(text)) is not a colour.", at: path,
                    advice: "Write it as in \(name) = \"#88c0d0\"")
            }
        }
    }

    /// Styles may be written `"list.selected" = …`, `list.selected = …` or below `[styles.list]`.
    private static func readStyles(
        into styles: inout [StyleRole: Style], below path: SettingsFile.Path, colors: ColorText,
        from file: inout SettingsFile
    ) {
        guard file.hasTable(at: path, example: "[styles]") else { return }
        for key in file.keys(below: path) {
            let inner = path + [key]
            let name = inner.dropFirst().joined(separator: ".")
            if case .table = file.node(at: inner) {
                readStyles(into: &styles, below: inner, colors: colors, from: &file)
                continue
            }
            guard let role = StyleRole(rawValue: name) else {
                let nearest = NearestName(known: StyleRole.allCases.map(\.rawValue)).to(name)
                file.report(
                    "There is no role \(SettingsFile.quoted(name)).", at: inner,
                    advice: nearest.map { "Did you mean \"\($0)\"?" } ?? "`parley themes --roles` lists them."
                )
                continue
            }
            guard let text = text(at: inner, in: &file, example: "\(name) = \"white on blue bold\"")
            else { continue }
            do throws(ColorText.Fault) {
                styles[role] = try colors.style(text)
            } catch {
                file.report(error.message, at: inner, advice: error.advice)
            }
        }
    }

    /// A string, or a number written without quotation marks.
    private static func text(at path: SettingsFile.Path, in file: inout SettingsFile, example: String)
        -> String?
    {
        if case .integer(let number) = file.node(at: path) { return String(number) }
        return file.string(at: path, example: example)
    }
}
