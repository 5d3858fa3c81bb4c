import Settings
import TestSupport

extension TemporaryFolder {
    /// Settings of a person whose home this folder is.
    var folders: Folders { Folders(environment: ["HOME": path], home: "/nowhere") }
}
