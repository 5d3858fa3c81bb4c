import Foundation
import Settings

/// A folder that goes away with its owner, laid out as the home folder of a person.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        let folder = base.appendingPathComponent("parley-settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var folders: Folders { Folders(environment: ["HOME": path], home: "/nowhere") }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        let file = name.hasPrefix("/") ? name : path + "/" + name
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    func read(_ name: String) throws -> String {
        let file = name.hasPrefix("/") ? name : path + "/" + name
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    }

    func mode(_ name: String) throws -> Int? {
        let file = name.hasPrefix("/") ? name : path + "/" + name
        return try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    }
}
