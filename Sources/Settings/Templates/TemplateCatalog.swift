import Foundation

/// The person's templates, by name.
public struct TemplateCatalog: Hashable, Sendable {
    public private(set) var all: [Template] = []
    /// Where their files are, as the person would write it.
    public let folder: String

    public static let empty = TemplateCatalog(folder: "~/.config/parley/templates")

    /// The most bytes of a file.
    static let byteLimit = 1 << 20

    public init(folder: String, all: [Template] = []) {
        self.folder = folder
        self.all = all
    }

    /// The templates in the config folder. What cannot be used is reported as a ``Problem``.
    public static func load(from folders: Folders) -> (TemplateCatalog, [Problem]) {
        let folder = folders.templatesFolder
        var catalog = TemplateCatalog(folder: folders.display(folder))
        var problems: [Problem] = []
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in files.sorted() where name.hasSuffix(".md") && !name.hasPrefix(".") {
            do throws(Problem) {
                catalog.all.append(
                    try template(in: folder + "/" + name, named: String(name.dropLast(3)), folders))
            } catch {
                problems.append(error)
            }
        }
        return (catalog, problems)
    }

    private static func template(
        in path: String, named name: String, _ folders: Folders
    ) throws(Problem) -> Template {
        let file = folders.display(path)
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else {
            throw Problem(file: file, message: "This is not a file that can be read.")
        }
        guard (attributes?[.size] as? Int ?? 0) <= byteLimit else {
            throw Problem(file: file, message: "This template is larger than 1 MB.")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(file: file, message: "This file cannot be read.")
        }
        guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
            throw Problem(file: file, message: "This is not a text in UTF-8.")
        }
        do throws(Template.Mistake) {
            return try Template(name: name, source: text.replacing("\r\n", with: "\n"))
        } catch {
            throw Problem(file: file, line: error.line, message: error.message, advice: error.advice)
        }
    }

    public func named(_ name: String) -> Template? { all.first { $0.name == name } }
}
