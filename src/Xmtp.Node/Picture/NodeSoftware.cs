using Xmtp.Node.Pages;

namespace Xmtp.Node.Picture;

/// <summary>How this software names itself where a node has no record that does.</summary>
internal static class NodeSoftware
{
    public static string Name { get; } = $"xmtp-dotnet/{NodePages.Version}";
}
