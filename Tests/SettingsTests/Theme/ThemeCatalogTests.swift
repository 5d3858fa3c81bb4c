import Foundation
import RichText
import Settings
import TestSupport
import Testing

@Suite struct ThemeCatalogTests {
    /// `themes` beside `Sources` and `Tests`.
    private static let themesFolder = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }.appendingPathComponent("themes").path

    @Test func everyFileOfTheThemesFolderIsBuiltIn() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.themesFolder).filter {
            $0.hasSuffix(".toml")
        }
        #expect(Set(files) == Set(ThemeCatalog().all.map { $0.name + ".toml" }))
    }

    @Test func builtInThemesHaveNoProblemAndStyleEveryRole() throws {
        let folder = try TemporaryFolder()
        try folder.folders.make(folder.folders.config)
        try FileManager.default.copyItem(atPath: Self.themesFolder, toPath: folder.folders.themesFolder)
        let (catalog, problems) = ThemeCatalog.load(from: folder.folders)
        #expect(problems == [])
        #expect(catalog.all.count == ThemeCatalog().all.count)
        for theme in catalog.all {
            let missing = StyleRole.allCases.filter { theme.styles[$0] == nil }
            #expect(missing == [], "\(theme.name) leaves out \(missing)")
        }
    }

    @Test func autoFollowsTheBackground() {
        let catalog = ThemeCatalog()
        #expect(catalog.auto(dark: true).name == "terminal")
        #expect(catalog.auto(dark: false).name == "terminal-light")
        #expect(catalog.auto(dark: nil).name == "terminal")
    }

    @Test func aThemeThatDoesNotExistIsTold() {
        let catalog = ThemeCatalog()
        let (theme, problem) = catalog.theme(of: Config(theme: "embre"), dark: true, file: "config.toml")
        #expect(theme.name == "terminal")
        #expect(problem?.description == "config.toml: There is no theme \"embre\". Did you mean \"ember\"?")
        #expect(catalog.theme(of: Config(theme: "ember"), dark: true, file: "").0.name == "ember")
        #expect(catalog.theme(of: Config(theme: "ember"), dark: true, file: "").1 == nil)
        #expect(catalog.theme(of: Config(), dark: false, file: "").0.name == "terminal-light")
    }

    @Test func aPersonsThemeComesBeforeABuiltInOne() throws {
        let folder = try TemporaryFolder()
        let place = ".config/parley/themes/"
        try folder.write(
            "name = \"dark\"\nvariant = \"dark\"\n[styles]\ntext = \"red\"", to: place + "a.toml")
        try folder.write("variant = \"light\"\n", to: place + "mine.toml")
        try folder.write("name = \"mine\"\nvariant = \"dark\"\n", to: place + "other.toml")
        try folder.write("name = ", to: place + "broken.toml")
        try folder.write("not a theme", to: place + "notes.txt")
        let (catalog, problems) = ThemeCatalog.load(from: folder.folders)
        #expect(catalog.named("dark")?[.text] == Style(foreground: .indexed(1)))
        #expect(catalog.named("mine")?.variant == .light)
        #expect(catalog.all.count == ThemeCatalog().all.count + 1)
        #expect(
            problems.map(\.description).sorted() == [
                "~/.config/parley/themes/broken.toml:1: This is not valid TOML. Error while parsing key-value pair: "
                    + "encountered end-of-file. Until that is corrected the whole file is ignored.",
                "~/.config/parley/themes/other.toml:1: mine.toml is called \"mine\" as well. Give this theme another name.",
            ])
    }
}
