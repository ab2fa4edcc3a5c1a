"""Networks for CIFAR (32 x 32 input), MNIST (28 x 28) and digits (8 x 8, grey), at 10 classes.

No package defines them all, so they were written from their papers and counted like the networks
for ImageNet. The published multiply-adds and parameters of chenyaofo/pytorch-cifar-models
(ResNet-20 to 56 with projection shortcuts, VGG-11 to 19 with three linear layers) agree.
Columns: id, name, aliases, family, input size, classes, MACs, parameters, layers, blocks, head.
"""

from prune_audit.registry.entries import Network

_F = "cifar"
_M = "mnist"
_D = "digits"
_HE = "He et al. 2016 (arXiv 1512.03385), section 4.2, counted"
_B = "1x1 projections (option B) where the width changes, instead of zero padding (option A)"
_LIU = "kuangliu/pytorch-cifar, counted"
_VGG = "VGG with batch norm, no convolution bias, one linear layer (Wang et al. 2023), counted"
_LI = "Li et al. 2017 (arXiv 1608.08710): two linear layers, batch norm after the first, counted"
_CHEN = "chenyaofo/pytorch-cifar-models: torchvision's VGG-BN with 512-512 linear layers, counted"
_HUANG = "Huang et al. 2017 (arXiv 1608.06993), no bottleneck, 16 filters first, counted"
_SLIM = "Eric-mingjie/network-slimming: no bottleneck, no compression, 24 filters first, counted"
_WRN = "Zagoruyko and Komodakis 2016 (arXiv 1605.07146), counted"
_LENET = "Han et al. 2015 (arXiv 1506.02626), Caffe's variants, counted"

CIFAR_NETWORKS: tuple[Network, ...] = (
    Network("resnet20", "ResNet-20", (), _F, 32, 10, 40_551_040, 269_722, 20, 9, 64, _HE),
    Network("resnet32", "ResNet-32", (), _F, 32, 10, 68_862_592, 464_154, 32, 15, 64, _HE),
    Network("resnet44", "ResNet-44", (), _F, 32, 10, 97_174_144, 658_586, 44, 21, 64, _HE),
    Network("resnet56", "ResNet-56", (), _F, 32, 10, 125_485_696, 853_018, 56, 27, 64, _HE),
    Network("resnet110", "ResNet-110", (), _F, 32, 10, 252_887_680, 1_727_962, 110, 54, 64, _HE),
    Network(
        "resnet20-projection", "ResNet-20 (projection shortcuts)", ("resnet20",),
        _F, 32, 10, 40_813_184, 272_474, 22, 9, 64, _HE,
        note=_B,
    ),
    Network(
        "resnet32-projection", "ResNet-32 (projection shortcuts)", ("resnet32",),
        _F, 32, 10, 69_124_736, 466_906, 34, 15, 64, _HE,
        note=_B,
    ),
    Network(
        "resnet44-projection", "ResNet-44 (projection shortcuts)", ("resnet44",),
        _F, 32, 10, 97_436_288, 661_338, 46, 21, 64, _HE,
        note=_B,
    ),
    Network(
        "resnet56-projection", "ResNet-56 (projection shortcuts)", ("resnet56",),
        _F, 32, 10, 125_747_840, 855_770, 58, 27, 64, _HE,
        note=_B,
    ),
    Network(
        "resnet110-projection", "ResNet-110 (projection shortcuts)", ("resnet110",),
        _F, 32, 10, 253_149_824, 1_730_714, 112, 54, 64, _HE,
        note=_B,
    ),
    Network(
        "resnet18-cifar", "ResNet-18 (CIFAR)", ("resnet18",),
        _F, 32, 10, 555_422_720, 11_173_962, 21, 8, 512, _LIU,
    ),
    Network(
        "resnet34-cifar", "ResNet-34 (CIFAR)", ("resnet34",),
        _F, 32, 10, 1_159_402_496, 21_282_122, 37, 16, 512, _LIU,
    ),
    Network(
        "vgg11-cifar", "VGG-11 (CIFAR)", ("vgg11", "vgg11-bn"),
        _F, 32, 10, 152_769_536, 9_228_362, 9, 8, 512, _VGG,
    ),
    Network(
        "vgg13-cifar", "VGG-13 (CIFAR)", ("vgg13", "vgg13-bn"),
        _F, 32, 10, 228_267_008, 9_413_066, 11, 10, 512, _VGG,
    ),
    Network(
        "vgg16-cifar", "VGG-16 (CIFAR)", ("vgg16", "vgg16-bn"),
        _F, 32, 10, 313_201_664, 14_724_042, 14, 13, 512, _VGG,
    ),
    Network(
        "vgg19-cifar", "VGG-19 (CIFAR)", ("vgg19", "vgg19-bn"),
        _F, 32, 10, 398_136_320, 20_035_018, 17, 16, 512, _VGG,
    ),
    Network(
        "vgg16-cifar-2fc", "VGG-16 (CIFAR, 2 linear layers)", ("vgg16", "vgg16-bn"),
        _F, 32, 10, 313_463_808, 14_987_722, 15, 13, 512, _LI,
    ),
    Network(
        "vgg11-cifar-3fc", "VGG-11 (CIFAR, 3 linear layers)", ("vgg11", "vgg11-bn"),
        _F, 32, 10, 153_293_824, 9_756_426, 11, 8, 512, _CHEN,
    ),
    Network(
        "vgg13-cifar-3fc", "VGG-13 (CIFAR, 3 linear layers)", ("vgg13", "vgg13-bn"),
        _F, 32, 10, 228_791_296, 9_941_322, 13, 10, 512, _CHEN,
    ),
    Network(
        "vgg16-cifar-3fc", "VGG-16 (CIFAR, 3 linear layers)", ("vgg16", "vgg16-bn"),
        _F, 32, 10, 313_725_952, 15_253_578, 16, 13, 512, _CHEN,
    ),
    Network(
        "vgg19-cifar-3fc", "VGG-19 (CIFAR, 3 linear layers)", ("vgg19", "vgg19-bn"),
        _F, 32, 10, 398_660_608, 20_565_834, 19, 16, 512, _CHEN,
    ),
    Network(
        "densenet40", "DenseNet-40 (k=12)", ("densenet40-12",),
        _F, 32, 10, 282_917_328, 1_059_298, 40, 36, 456, _SLIM,
    ),
    Network(
        "densenet40-16", "DenseNet-40 (k=12, 16 first)", ("densenet40", "densenet40-12"),
        _F, 32, 10, 264_812_928, 1_019_722, 40, 36, 448, _HUANG,
    ),
    Network(
        "googlenet-cifar", "GoogLeNet (CIFAR)", ("googlenet",),
        _F, 32, 10, 1_521_756_160, 6_166_250, 65, 9, 1024, _LIU,
    ),
    Network(
        "mobilenet_v2-cifar", "MobileNet-V2 (CIFAR)", ("mobilenet-v2",),
        _F, 32, 10, 91_154_944, 2_296_922, 58, 17, 1280, _LIU,
    ),
    Network(
        "wrn-16-4", "WRN-16-4", ("wide-resnet-16-4", "wrn16x4"),
        _F, 32, 10, 392_612_352, 2_748_890, 17, 6, 256, _WRN,
    ),
    Network(
        "wrn-16-8", "WRN-16-8", ("wide-resnet-16-8", "wrn16x8"),
        _F, 32, 10, 1_548_145_664, 10_961_370, 17, 6, 512, _WRN,
    ),
    Network(
        "wrn-22-8", "WRN-22-8", ("wide-resnet-22-8", "wrn22x8"),
        _F, 32, 10, 2_454_115_328, 17_158_106, 23, 9, 512, _WRN,
    ),
    Network(
        "wrn-28-10", "WRN-28-10", ("wide-resnet-28-10", "wrn28x10"),
        _F, 32, 10, 5_243_328_768, 36_479_194, 29, 12, 640, _WRN,
    ),
    Network(
        "wrn-40-2", "WRN-40-2", ("wide-resnet-40-2", "wrn40x2"),
        _F, 32, 10, 327_599_360, 2_243_546, 41, 18, 128, _WRN,
    ),
    Network(
        "wrn-40-4", "WRN-40-4", ("wide-resnet-40-4", "wrn40x4"),
        _F, 32, 10, 1_298_582_016, 8_949_210, 41, 18, 256, _WRN,
    ),
    Network(
        "lenet5", "LeNet-5 (Caffe)", ("lenet-5", "lenet5-caffe"),
        _M, 28, 10, 2_293_000, 431_080, 4, 2, 500, _LENET,
    ),
    Network(
        "lenet-300-100", "LeNet-300-100", ("lenet300",),
        _M, 28, 10, 266_200, 266_610, 3, 2, 100, _LENET,
    ),
    Network(
        "resnet8", "ResNet-8", (),
        _D, 8, 10, 763_520, 77_754, 10, 3, 64, _HE,
        note=f"one block per stage; {_B}",
    ),
)  # fmt: skip
