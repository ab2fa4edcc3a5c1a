"""Networks for ImageNet, at 1000 classes.

MACs were counted on the networks of torchvision 0.29 and timm 1.0 with the FLOP counter of torch
2.15 (halved) and again with hooks on convolution and linear layers; both agree, and
tests/registry/test_recount.py repeats it. Parameters are summed over all trainable tensors.
Columns: id, name, aliases, family, input size, classes, MACs, parameters, layers, blocks, head.
"""

from prune_audit.registry.entries import Network

_F = "imagenet"
_TV = "torchvision 0.29, counted"
_TIMM = "timm 1.0, counted"
_VARIANT = "torchvision 0.29 with the stride moved to the first 1x1 convolution, counted"
_V1 = "Howard et al. 2017 (arXiv 1704.04861), table 1, counted"
_CAFFE = "strides in the first 1x1 convolution, as He et al. 2016 (arXiv 1512.03385) and Caffe"
_ALEX = "single-column variant of Krizhevsky 2014 (arXiv 1404.5997)"
_AUX_GOOGLENET = "without auxiliary heads; with them 13_004_888 parameters"
_AUX_INCEPTION = "parameters with the auxiliary head (23_834_568 without), MACs without"

IMAGENET_NETWORKS: tuple[Network, ...] = (
    Network(
        "resnet18", "ResNet-18", ("rn18",),
        _F, 224, 1000, 1_814_073_344, 11_689_512, 21, 8, 512, _TV,
    ),
    Network(
        "resnet34", "ResNet-34", ("rn34",),
        _F, 224, 1000, 3_663_761_408, 21_797_672, 37, 16, 512, _TV,
    ),
    Network(
        "resnet50", "ResNet-50", ("rn50", "resnet50-v1.5"),
        _F, 224, 1000, 4_089_184_256, 25_557_032, 54, 16, 2048, _TV,
    ),
    Network(
        "resnet101", "ResNet-101", ("rn101",),
        _F, 224, 1000, 7_801_405_440, 44_549_160, 105, 33, 2048, _TV,
    ),
    Network(
        "resnet152", "ResNet-152", ("rn152",),
        _F, 224, 1000, 11_513_626_624, 60_192_808, 156, 50, 2048, _TV,
    ),
    Network(
        "resnet50-caffe", "ResNet-50 (Caffe)", ("resnet50",),
        _F, 224, 1000, 3_857_973_248, 25_557_032, 54, 16, 2048, _VARIANT,
        note=_CAFFE,
    ),
    Network(
        "resnet101-caffe", "ResNet-101 (Caffe)", ("resnet101",),
        _F, 224, 1000, 7_570_194_432, 44_549_160, 105, 33, 2048, _VARIANT,
        note=_CAFFE,
    ),
    Network(
        "resnet152-caffe", "ResNet-152 (Caffe)", ("resnet152",),
        _F, 224, 1000, 11_282_415_616, 60_192_808, 156, 50, 2048, _VARIANT,
        note=_CAFFE,
    ),
    Network(
        "wide_resnet50_2", "Wide ResNet-50-2", ("wrn-50-2",),
        _F, 224, 1000, 11_398_021_120, 68_883_240, 54, 16, 2048, _TV,
    ),
    Network(
        "wide_resnet101_2", "Wide ResNet-101-2", ("wrn-101-2",),
        _F, 224, 1000, 22_753_050_624, 126_886_696, 105, 33, 2048, _TV,
    ),
    Network(
        "resnext50_32x4d", "ResNeXt-50 (32x4d)", ("resnext50",),
        _F, 224, 1000, 4_230_479_872, 25_028_904, 54, 16, 2048, _TV,
    ),
    Network(
        "resnext101_32x8d", "ResNeXt-101 (32x8d)", (),
        _F, 224, 1000, 16_414_015_488, 88_791_336, 105, 33, 2048, _TV,
    ),
    Network("vgg11", "VGG-11", (), _F, 224, 1000, 7_609_090_048, 132_863_336, 11, 8, 4096, _TV),
    Network(
        "vgg11_bn", "VGG-11-BN", (),
        _F, 224, 1000, 7_609_090_048, 132_868_840, 11, 8, 4096, _TV,
    ),
    Network("vgg13", "VGG-13", (), _F, 224, 1000, 11_308_466_176, 133_047_848, 13, 10, 4096, _TV),
    Network(
        "vgg13_bn", "VGG-13-BN", (),
        _F, 224, 1000, 11_308_466_176, 133_053_736, 13, 10, 4096, _TV,
    ),
    Network("vgg16", "VGG-16", (), _F, 224, 1000, 15_470_264_320, 138_357_544, 16, 13, 4096, _TV),
    Network(
        "vgg16_bn", "VGG-16-BN", (),
        _F, 224, 1000, 15_470_264_320, 138_365_992, 16, 13, 4096, _TV,
    ),
    Network("vgg19", "VGG-19", (), _F, 224, 1000, 19_632_062_464, 143_667_240, 19, 16, 4096, _TV),
    Network(
        "vgg19_bn", "VGG-19-BN", (),
        _F, 224, 1000, 19_632_062_464, 143_678_248, 19, 16, 4096, _TV,
    ),
    Network(
        "alexnet", "AlexNet", (),
        _F, 224, 1000, 714_188_480, 61_100_840, 8, 5, 4096, _TV,
        note=_ALEX,
    ),
    Network(
        "densenet121", "DenseNet-121", (),
        _F, 224, 1000, 2_834_161_664, 7_978_856, 121, 58, 1024, _TV,
    ),
    Network(
        "densenet161", "DenseNet-161", (),
        _F, 224, 1000, 7_727_907_072, 28_681_000, 161, 78, 2208, _TV,
    ),
    Network(
        "densenet169", "DenseNet-169", (),
        _F, 224, 1000, 3_359_843_328, 14_149_480, 169, 82, 1664, _TV,
    ),
    Network(
        "densenet201", "DenseNet-201", (),
        _F, 224, 1000, 4_291_365_888, 20_013_928, 201, 98, 1920, _TV,
    ),
    Network(
        "googlenet", "GoogLeNet", ("inception-v1",),
        _F, 224, 1000, 1_498_376_192, 6_624_904, 58, 9, 1024, _TV,
        note=_AUX_GOOGLENET,
    ),
    Network(
        "googlenet-5x5", "GoogLeNet, 5x5 convolutions", ("googlenet", "inception-v1"),
        _F, 224, 1000, 1_582_671_872, 6_998_552, 58, 9, 1024,
        "Szegedy et al. 2015 (arXiv 1409.4842), Table 1: biases and no batch norm",
        note="torchvision's GoogLeNet has 3x3 convolutions in their place",
    ),
    Network(
        "inception_v3", "Inception-v3", (),
        _F, 299, 1000, 5_713_216_096, 27_161_264, 95, 11, 2048, _TV,
        note=_AUX_INCEPTION,
    ),
    Network(
        "mobilenet_v1", "MobileNet-V1", ("mobilenet", "mobilenet-1.0"),
        _F, 224, 1000, 568_740_352, 4_231_976, 28, 13, 1024, _V1,
    ),
    Network(
        "mobilenet_v2", "MobileNet-V2", ("mobilenet-v2-1.0",),
        _F, 224, 1000, 300_774_272, 3_504_872, 53, 17, 1280, _TV,
    ),
    Network(
        "mobilenet_v3_large", "MobileNet-V3-Large", ("mobilenet-v3-large-1.0",),
        _F, 224, 1000, 216_589_760, 5_483_032, 64, 15, 1280, _TV,
    ),
    Network(
        "mobilenet_v3_small", "MobileNet-V3-Small", ("mobilenet-v3-small-1.0",),
        _F, 224, 1000, 56_510_400, 2_542_856, 54, 11, 1024, _TV,
    ),
    Network(
        "shufflenet_v2_x1_0", "ShuffleNet-V2 1.0x", (),
        _F, 224, 1000, 144_907_992, 2_278_604, 57, 16, 1024, _TV,
    ),
    Network(
        "efficientnet_b0", "EfficientNet-B0", ("effnet-b0",),
        _F, 224, 1000, 385_814_752, 5_288_548, 82, 16, 1280, _TV,
    ),
    Network(
        "convnext_tiny", "ConvNeXt-T", ("convnext-tiny",),
        _F, 224, 1000, 4_455_531_264, 28_589_128, 59, 18, 768, _TV,
    ),
    Network(
        "convnext_small", "ConvNeXt-S", ("convnext-small",),
        _F, 224, 1000, 8_683_712_256, 50_223_688, 113, 36, 768, _TV,
    ),
    Network(
        "vit_b_16", "ViT-B/16",
        ("vit-base-patch16-224", "deit-b", "deit-base", "deit-base-patch16-224"),
        _F, 224, 1000, 16_848_500_736, 86_567_656, 50, 12, 768, _TV, attention=715_327_488,
    ),
    Network(
        "deit_tiny", "DeiT-Ti", ("deit-t", "deit-tiny", "vit-tiny-patch16-224"),
        _F, 224, 1000, 1_074_851_328, 5_717_416, 50, 12, 192, _TIMM, attention=178_831_872,
    ),
    Network(
        "deit_small", "DeiT-S", ("deit-small", "vit-small-patch16-224"),
        _F, 224, 1000, 4_241_218_560, 22_050_664, 50, 12, 384, _TIMM, attention=357_663_744,
    ),)  # fmt: skip
