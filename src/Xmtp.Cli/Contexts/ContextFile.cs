using System.Text.Json;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Keys;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Contexts;

/// <summary>Reads and writes the file of contexts. It holds no secret, but tells who uses which key; only its owner can read it.</summary>
internal static class ContextFile
{
    private const int LengthMaxBytes = 1 << 20;

    public static string Location => Path.Combine(CliFolders.Config, "contexts.json");

    /// <summary>All contexts; none when there is no file.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OptionsInvalid"/>: it cannot be read or is not what <see cref="Write"/> wrote.</exception>
    public static ContextList Read()
    {
        var file = new FileInfo(Location);
        if (!file.Exists) return ContextList.Empty;
        try
        {
            if (file.Length > LengthMaxBytes) throw Unusable("it is too long");
            return JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), ContextJson.Default.ContextList) is { } list
                ? Checked(list)
                : throw Unusable("it is empty");
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Unusable(failure.Message, failure);
        }
    }

    /// <summary>Replaces the file, whole or not at all.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.OptionsInvalid"/>: it cannot be written.</exception>
    public static void Write(ContextList list)
    {
        try
        {
            PrivateFile.Replace(Location, JsonSerializer.SerializeToUtf8Bytes(list, ContextJson.Default.ContextList));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.OptionsInvalid, $"The contexts cannot be written to {Location}: {failure.Message}", failure);
        }
    }

    private static ContextList Checked(ContextList list)
    {
        if (list.Version != ContextList.CurrentVersion) throw Unusable($"its format is {list.Version}; this version of the command reads format {ContextList.CurrentVersion}");
        if (list.Contexts is null) throw Unusable("it has no contexts");
        foreach (var (name, context) in list.Contexts)
        {
            if (!ContextName.IsValid(name)) throw Unusable($"'{name}' is no name of a context");
            if (context is null) throw Unusable($"context {name} is empty");
            if (context.Network is not null && !ContextName.IsValid(context.Network)) throw Unusable($"'{context.Network}' is no name of a network");
            if (context.Nodes?.FirstOrDefault(static node => GlobalOptions.TryParseNode(node ?? "") is null) is { } wrong) throw Unusable($"'{wrong}' is no address of a node");
        }

        return list;
    }

    private static XmtpException Unusable(string why, Exception? cause = null) =>
        new(ErrorCatalogue.OptionsInvalid, $"The file of contexts {Location} cannot be used: {why}", cause);
}
