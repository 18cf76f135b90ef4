using System.Text.RegularExpressions;

namespace Xmtp.Node.Backup;

/// <summary>Names and bounds of a backup.</summary>
internal static partial class BackupFormat
{
    /// <summary>The version that this software writes and reads.</summary>
    public const int Version = 1;

    /// <summary>The first file of the archive.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The node's key, in a backup that was asked to hold it.</summary>
    public const string KeyName = "node.key";

    /// <summary>The folder of the store.</summary>
    public const string StoreFolder = "store";

    /// <summary>Bytes of a manifest: some hundred thousand files and logs.</summary>
    public const int ManifestLengthMaxBytes = 64 << 20;

    /// <summary>Files of a backup.</summary>
    public const int FilesMax = 1 << 18;

    /// <summary>Bytes of one file: so that the sum of all fits a number.</summary>
    public const long FileLengthMaxBytes = 1L << 44;

    /// <summary>Bytes of a key file.</summary>
    public const int KeyLengthMaxBytes = 4096;

    /// <summary>Whether a file belongs into a backup under this name: what a store is made of, and the key. Nothing else is ever written on restoring.</summary>
    public static bool IsName(string name) => name == KeyName || StoreFile().IsMatch(name);

    /// <summary>Whether a file of a store is worth keeping: not the database's own log, nor the mark that a process has it open.</summary>
    public static bool IsKept(string file) => file != "LOCK" && !file.StartsWith("LOG", StringComparison.Ordinal);

    [GeneratedRegex(@"\Astore/[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex StoreFile();
}
