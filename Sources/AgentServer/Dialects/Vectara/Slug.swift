/// Keys made from names.
enum Slug {
    private static let nameLength = 40

    /// The letters and digits of a name in lower case, with hyphens between them, and six random letters behind.
    static func key(from name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = words.joined(separator: "-").prefix(nameLength)
        return (slug.isEmpty ? "" : slug + "-") + Identifier.letters(6).lowercased()
    }
}
