import Foundation
import RichText

extension LanguageCatalog {
    /// The built-in languages.
    public static let builtIn = LanguageCatalog(
        BuiltInLanguages.files.map { name, text in
            var file = SettingsFile(text: text, name: name)
            return Language(file: &file, name: name)
        })

    /// The built-in languages and those in the config folder, which count where a name means both. What cannot be used is reported
    /// as a ``Problem``.
    public static func load(from folders: Folders) -> (LanguageCatalog, [Problem]) {
        let folder = folders.languagesFolder
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var own: [Language] = []
        var problems: [Problem] = []
        var places: [String: String] = [:]
        for name in files.sorted() where name.hasSuffix(".toml") && !name.hasPrefix(".") {
            let path = folder + "/" + name
            var file = SettingsFile(path: path, name: folders.display(path), mustExist: true)
            // A file that cannot be read or parsed is no language; one with a wrong line still is.
            if file.problems.isEmpty {
                let language = Language(file: &file, name: String(name.dropLast(5)))
                if let other = places[language.name.lowercased()] {
                    file.report(
                        "\(other) is called \(SettingsFile.quoted(language.name)) as well.", at: ["name"],
                        advice: "Give this language another name.")
                } else {
                    places[language.name.lowercased()] = name
                    own.append(language)
                }
            }
            problems += file.problems
        }
        return (own.isEmpty ? builtIn : builtIn.with(own), problems)
    }

    /// These languages and others, which take over their names and aliases.
    private func with(_ others: [Language]) -> LanguageCatalog {
        let taken = Set(others.flatMap { [$0.name] + $0.aliases }.map { $0.lowercased() })
        let kept = all.compactMap { language -> Language? in
            guard !taken.contains(language.name.lowercased()) else { return nil }
            var language = language
            language.aliases.removeAll { taken.contains($0.lowercased()) }
            return language
        }
        return LanguageCatalog(kept + others)
    }
}
