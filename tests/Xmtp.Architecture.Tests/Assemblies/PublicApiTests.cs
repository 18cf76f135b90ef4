using PublicApiGenerator;

namespace Xmtp.Architecture.Tests.Assemblies;

/// <summary>What others can compile against stands in a file beside each library, so that a change of it is seen when it is made.</summary>
public class PublicApiTests
{
    // Made from .proto files, which are the contract.
    private static readonly string[] s_generated = ["Xmtp.Protocol.MessageApi", "Xmtp.Protocol.MessageContents", "Xmtp.Protocol.Network"];

    // What the compiler writes down about how a method is made.
    private static readonly string[] s_compilers =
    [
        "System.Diagnostics.CodeAnalysis.SuppressMessageAttribute",
        "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute",
        "System.Runtime.CompilerServices.AsyncStateMachineAttribute",
        "System.Runtime.CompilerServices.EnumeratorCancellationAttribute",
        "System.Runtime.CompilerServices.IteratorStateMachineAttribute",
    ];

    public static TheoryData<string> Libraries => [.. SourceAssemblies.All.Where(static assembly => assembly.EntryPoint is null).Select(static assembly => SourceAssemblies.ProjectOf(assembly.GetName())!)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void PublicApi_OfLibrary_IsTheOneInItsFile(string project)
    {
        var assembly = SourceAssemblies.All.Single(assembly => SourceAssemblies.ProjectOf(assembly.GetName()) == project);
        var types = assembly.GetExportedTypes().Where(static type => !IsGenerated(type)).ToArray();
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false, IncludeTypes = types, ExcludeAttributes = s_compilers };
        GeneratedText.CheckFile($"src/{project}/PublicApi.txt", assembly.GeneratePublicApi(options).ReplaceLineEndings("\n").TrimEnd() + "\n", "the library", typeof(PublicApiTests));
    }

    private static bool IsGenerated(Type type) => Array.Exists(s_generated, prefix => type.Namespace?.StartsWith(prefix, StringComparison.Ordinal) == true);
}
