using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Xmtp.Client;
using Xmtp.ContentTypes;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Protocol;
using Xmtp.Testing;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>What guides say of the SDK against the SDK.</summary>
public partial class GuideTests
{
    private static MarkdownFile Guide { get; } = MarkdownFile.Get("docs/guides/sdk.md");

    [Fact]
    public void Options_OfTheClient_AreListed() => Assert.Equal(
        typeof(XmtpClientOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name).Where(name => name != "EqualityContract").Order(),
        Guide.Rows("## Options").SelectMany(cells => cells[0].Replace("`", "", StringComparison.Ordinal).Split(", ")).Order());

    [Fact]
    public void ContentTypes_OfTheRegistry_AreListed() => Assert.Equal(
        CodecRegistry.Default.Codecs.Select(codec => ($"{codec.ContentType}", codec.ContentClass == typeof(string) ? "string" : codec.ContentClass.Name)).Order(),
        Guide.Rows("## Content types").Select(cells => (cells[1].Trim('`'), cells[0].Trim('`'))).Order());

    [Fact]
    public void Faults_OfATestNetwork_AreListed() => Assert.Equal(
        typeof(NetworkFaults).GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(member => member is MethodInfo { IsSpecialName: false } or PropertyInfo { CanWrite: true }).Select(member => member.Name).Order(),
        MarkdownFile.Get("docs/guides/testing.md").Rows("## Faults").SelectMany(cells => cells[0].Replace("`", "", StringComparison.Ordinal).Split(", ")).Order());

    [Fact]
    public void Names_InTheGuide_Exist()
    {
        var known = new[] { typeof(XmtpClient), typeof(CodecRegistry), typeof(Identity.IWallet), typeof(Limits), typeof(Cryptography.CryptoProvider) }
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .SelectMany(type => type.GetMembers().Select(member => member.Name).Append(type.Name.Split('`')[0]).Concat(type.Namespace!.Split('.'))).ToHashSet(StringComparer.Ordinal);

        // Functions of the reader, and gRPC's own word.
        string[] others = ["UploadAsync", "DownloadAsync", "UNIMPLEMENTED"];
        Assert.All(
            Guide.Code.Where(code => Identifier().IsMatch(code.Text)).Select(code => (code.Line, code.Text)),
            code => Assert.True(code.Text.Split('.').All(part => known.Contains(part) || others.Contains(part)), $"{Guide.Path}({code.Line}): {code.Text}"));
    }

    [Fact]
    public void Limits_OfTheProtocol_AreThoseOfTheCode()
    {
        int[] expected =
        [
            Limits.TopicLengthMaxBytes, Limits.MessageLengthMaxBytes, Limits.RequestLengthMaxBytes, Limits.PageSizeMax, Limits.BatchQueriesMax,
        ];
        Assert.Equal(
            expected.Select(limit => limit.ToString("N0", CultureInfo.InvariantCulture)),
            MarkdownFile.Get("docs/concepts/protocol.md").Rows("## Limits").Select(cells => cells[1].Split(' ')[0]).Take(expected.Length));
    }

    [GeneratedRegex(@"^[A-Z][A-Za-z]+(?:\.[A-Z][A-Za-z]+)*$")]
    private static partial Regex Identifier();
}
