import RichText

extension Theme {
    /// The names of the terminal's sixteen colours.
    public static var colorNames: [String] { ColorText.names }
    public static var attributeNames: [String] { ColorText.attributes.map(\.name) }
}

/// Parses colours of a theme file: `default`, one of the 16 names, `0` to `255`, `#rrggbb`, or a name of the theme's palette,
/// which takes precedence over the 16.
struct ColorText {
    /// The terminal's 16 colours, in the order of their numbers.
    static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
        "bright-black", "bright-red", "bright-green", "bright-yellow",
        "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ]

    static let attributes: [(name: String, value: Attributes)] = [
        ("bold", .bold), ("dim", .dim), ("italic", .italic), ("underline", .underline), ("reverse", .reverse),
        ("strikethrough", .strikethrough),
    ]

    /// Whether a word can name a colour of the palette. It may be one of the 16: a theme may have its own `red`.
    static func canName(_ word: String) -> Bool {
        !word.contains(" ") && !(["default", "on"] + attributes.map(\.name)).contains(word)
            && UInt8(word) == nil && hex(word) == nil
    }

    var palette: [String: Color] = [:]

    func color(_ word: String) -> Color? {
        if word == "default" { return .terminal }
        if let color = palette[word] { return color }
        if let index = Self.names.firstIndex(of: word) { return .indexed(UInt8(index)) }
        if let index = UInt8(word) { return .indexed(index) }
        return Self.hex(word)
    }

    private static func hex(_ word: String) -> Color? {
        let digits = word.dropFirst()
        guard word.first == "#", digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
            let number = UInt32(digits, radix: 16)
        else { return nil }
        return .rgb(red: UInt8(number >> 16), green: UInt8(number >> 8 & 0xFF), blue: UInt8(number & 0xFF))
    }

    struct Fault: Error {
        var message: String
        var advice: String
    }

    /// Parses a style: a colour, `on` and a colour, attributes; each at most once, all optional.
    /// Example: `"accent on #2e3440 bold"`.
    func style(_ text: String) throws(Fault) -> Style {
        var style = Style()
        var words = text.split(separator: " ").map(String.init)[...]
        while let word = words.popFirst() {
            if let attribute = Self.attributes.first(where: { $0.name == word }) {
                style.attributes.insert(attribute.value)
            } else if word == "on" {
                guard let next = words.popFirst() else {
                    throw Fault(
                        message: "A colour is missing after \"on\".",
                        advice: "Write it as in \"white on blue\".")
                }
                guard style.background == nil else { throw Self.twice("background", next) }
                style.background = try known(next)
            } else {
                guard style.foreground == nil else { throw Self.twice("colour", word) }
                style.foreground = try known(word)
            }
        }
        return style
    }

    private static func twice(_ what: String, _ word: String) -> Fault {
        Fault(
            message: "\(SettingsFile.quoted(word)) is a second \(what).",
            advice: "A style has one colour and one background, as in \"white on blue bold\".")
    }

    private func known(_ word: String) throws(Fault) -> Color {
        if let color = color(word) { return color }
        let names = ["default"] + palette.keys.sorted() + Self.names + Self.attributes.map(\.name)
        let nearest = NearestName(known: names).to(word)
        throw Fault(
            message: "There is no colour \(SettingsFile.quoted(word)).",
            advice: nearest.map { "Did you mean \"\($0)\"?" } ?? Self.advice)
    }

    static let advice =
        "A colour is default, a name such as blue or bright-blue, a number from 0 to 255, #rrggbb, or a name of the palette."
}
