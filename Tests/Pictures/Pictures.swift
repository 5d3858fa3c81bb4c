import Foundation
import RichText
import Settings
import TestSupport

/// Draws the pictures of the README and of each theme from the real screen of the program that was built beside this one:
///
///     Pictures FOLDER [THEME …]
@main
enum Pictures {
    static func main() {
        do {
            try draw()
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(1)
        }
    }

    private static func draw() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let folder = arguments.first else {
            FileHandle.standardError.write(Data("Usage: Pictures FOLDER [THEME …]\n".utf8))
            exit(64)
        }
        let chosen = Set(arguments.dropFirst())
        for theme in ThemeCatalog().all where chosen.isEmpty || chosen.contains(theme.name) {
            let file = folder + "/" + theme.name + ".svg"
            try Data(picture(of: theme).svg.utf8).write(to: URL(fileURLWithPath: file))
            print(file)
        }
    }

    private static func picture(of theme: Theme) throws -> ScreenPicture {
        let scene = try Scene(theme: theme.name)
        try scene.play()
        let screen = scene.session.screen
        return ScreenPicture(
            scene.rows, cursor: screen.isCursorVisible ? screen.cursor : nil,
            title: "Parley in the theme \(theme.name): a list of tasks beside a conversation with an agent",
            palette: theme.variant == .dark ? .dark : .light)
    }
}

extension ScreenPicture.Palette {
    /// What the terminal's own colours look like in the pictures.
    fileprivate static let dark = Self(
        foreground: "#d8dade", background: "#1b1d21",
        named: [
            "#1b1d21", "#e0736d", "#8fbf76", "#d8b25c", "#7aa6e0", "#c390da", "#6cbfc0", "#d8dade",
            "#6b717b", "#f08d87", "#a8d490", "#ecca7a", "#95bdf2", "#d8abed", "#88d6d6", "#ffffff",
        ])
    fileprivate static let light = Self(
        foreground: "#24282e", background: "#ffffff",
        named: [
            "#24282e", "#b3261e", "#2f6f2b", "#7a5900", "#1f5bb5", "#8a2fa0", "#0d6b70", "#c8ccd2",
            "#737a84", "#cf3d34", "#3f8a3a", "#946d00", "#3472d0", "#a548bb", "#17838a", "#ffffff",
        ])
}
