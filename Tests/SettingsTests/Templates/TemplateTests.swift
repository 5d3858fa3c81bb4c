import Foundation
import TestSupport
import Testing

@testable import Settings

/// Templates for messages.
@Suite struct TemplateTests {
    @Test func blanksAreFilled() throws {
        let template = try Template(name: "t", source: "On {{ date }}:\n{{the  place}}, {{date}} \\{{x}}\n")
        #expect(template.blanks == ["date", "the place"])
        #expect(
            template.filled(with: ["date": "today", "the place": "here"]) == "On today:\nhere, today {{x}}")
        #expect(template.filled(with: [:]) == "On :\n,  {{x}}")
        #expect(try Template(name: "t", source: "").parts.isEmpty)
        #expect(try Template(name: "t", source: "{{a}}{{b}}").parts == [.blank("a"), .blank("b")])
    }

    @Test func whatIsFilledInIsNoTemplate() throws {
        let template = try Template(name: "t", source: "{{selection}} {{date}}")
        #expect(template.filled(with: ["selection": "{{date}}", "date": "now"]) == "{{date}} now")
    }

    @Test(
        "A mistake has its line",
        arguments: [
            ("one\n{{two", 2, "has no end"), ("{{a\nb}}", 1, "has no end"), ("{{a}b}}", 1, "has no end"),
            ("\n\n{{ }}", 3, "has no name"), ("{{{a}}}", 1, "has no end"),
        ])
    func mistakes(source: String, line: Int, message: String) {
        let mistake = #expect(throws: Template.Mistake.self) { try Template(name: "t", source: source) }
        #expect(mistake?.line == line)
        #expect(mistake?.message.contains(message) == true)
    }

    @Test func filesOfTheFolderAreTemplates() throws {
        let folder = try TemporaryFolder()
        let folders = Folders(environment: ["HOME": folder.path], home: folder.path)
        #expect(TemplateCatalog.load(from: folders).0.all.isEmpty)
        try folder.write("Review {{selection}}\r\n", to: ".config/parley/templates/review.md")
        try folder.write("a\n{{", to: ".config/parley/templates/broken.md")
        try folder.write("x", to: ".config/parley/templates/.hidden.md")
        try folder.write("x", to: ".config/parley/templates/other.txt")
        try folder.write(
            String(repeating: "x", count: (1 << 20) + 1), to: ".config/parley/templates/large.md")
        let (catalog, problems) = TemplateCatalog.load(from: folders)
        #expect(catalog.all.map(\.name) == ["review"])
        #expect(catalog.named("review")?.source == "Review {{selection}}")
        #expect(
            problems.map(\.description) == [
                "~/.config/parley/templates/broken.md:2: The blank that begins here has no end. "
                    + "Write {{name}} in one line, or \\{{ for the braces themselves.",
                "~/.config/parley/templates/large.md: This template is larger than 1 MB.",
            ])
    }
}
